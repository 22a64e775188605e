import type {ThemeName} from '../base/act.ts';
import {recall, remember} from '../i18n/i18n.ts';

const STORAGE_KEY = 'rocketmq-lab.theme';

/** The theme chosen before; `auto` follows the system. */
export function chosenTheme(): ThemeName {
  const stored = recall(STORAGE_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'auto';
}

export function applyTheme(theme: ThemeName): void {
  remember(STORAGE_KEY, theme);
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function beginTheme(): void {
  const theme = chosenTheme();
  if (theme !== 'auto') document.documentElement.dataset['theme'] = theme;
}
