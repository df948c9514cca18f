/* Dark or light: as the system has it, until somebody says otherwise in this browser. */
const KEY = 'driftline.theme';
const NEXT = {auto: 'light', light: 'dark', dark: 'auto'};

function kept() {
  try {
    const value = localStorage.getItem(KEY);
    return value in NEXT ? value : 'auto';
  } catch {
    return 'auto';
  }
}

let theme = kept();

function apply() {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event('themechange'));
}

export const themeName = () => theme;

export function nextTheme() {
  theme = NEXT[theme];
  try {
    localStorage.setItem(KEY, theme);
  } catch { /* it is so until the page is loaded anew */ }
  apply();
  return theme;
}

apply();
