import {registerIconLibrary} from '@awesome.me/webawesome/dist/components/icon/library.js';
import {ICON_PATHS, type IconName} from '../base/icons.ts';

const SYSTEM_ALIASES: Readonly<Record<string, IconName>> = {
  xmark: 'close',
  'chevron-right': 'chevron',
  check: 'check',
};

/**
 * Gives Web Awesome's controls their icons from the page's own, so that none is fetched from anywhere. Belongs to the dialogs,
 * which alone use such controls: its library of icons is no part of the page's first view.
 */
export function bundleIcons(): void {
  const resolver = (name: string): string => {
    const known = SYSTEM_ALIASES[name] ?? (name in ICON_PATHS ? (name as IconName) : 'help');
    const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6">${ICON_PATHS[known]}</svg>`;
    return `data:image/svg+xml,${encodeURIComponent(body)}`;
  };
  registerIconLibrary('default', {resolver});
  registerIconLibrary('system', {resolver});
}
