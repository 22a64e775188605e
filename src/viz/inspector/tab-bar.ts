import {html, type TemplateResult} from 'lit';

/** Tabs over one panel, with the keys that tabs have: left and right move, and the tab in use is the one in the tab order. */
export function tabBar<T extends string>(
  tabs: readonly (readonly [T, string])[],
  current: T,
  choose: (tab: T) => void,
): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0 || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex(([tab]) => tab === current);
    const next = (at + by + tabs.length) % tabs.length;
    choose(tabs[next]![0]);
    const buttons = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]');
    buttons[next]?.focus();
  };
  return html`<div class="tabs" role="tablist" @keydown=${onKey}>
    ${tabs.map(
      ([tab, label]) =>
        html`<button
          role="tab"
          class="tab-${tab}"
          aria-selected=${String(tab === current)}
          tabindex=${tab === current ? 0 : -1}
          @click=${() => choose(tab)}
        >
          ${label}
        </button>`,
    )}
  </div>`;
}
