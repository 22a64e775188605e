// Finds the browsers that the tests drive, and installs Debian's where it may.
import {spawnSync} from 'node:child_process';
import {accessSync, constants, existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const CHROMIUM_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];
const FIREFOX = ['firefox-esr', 'firefox'];
const FIREFOX_PLACES = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
];

/** Flags under which Chromium starts in a container, asks nobody anything and draws without a GPU. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find(names, places) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  const paths = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places];
  return paths.find(isProgram) ?? null;
}

/** Path of Chrome or Chromium (`CHROME_PATH` first), or null. */
export function findChromium() {
  return process.env.CHROME_PATH ?? find(CHROMIUM, CHROMIUM_PLACES);
}

/** Path of Firefox (`FIREFOX_PATH` first), or null. */
export function findFirefox() {
  return process.env.FIREFOX_PATH ?? find(FIREFOX, FIREFOX_PLACES);
}

/** Installs Debian's packages for the browsers that are missing, if this is root on Debian. Null, or one line of what to install. */
export function ensureBrowsers() {
  const missing = [...(findChromium() ? [] : ['chromium']), ...(findFirefox() ? [] : ['firefox-esr'])];
  if (missing.length === 0) return null;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.error(`Installing ${missing.join(' and ')}…`);
    const apt = (...words) =>
      spawnSync('apt-get', words, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
      });
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  }
  const names = [...(findChromium() ? [] : ['Chrome or Chromium']), ...(findFirefox() ? [] : ['Firefox'])];
  return names.length === 0
    ? null
    : `The browser tests need ${names.join(' and ')}: install it, or name it in CHROME_PATH or FIREFOX_PATH.`;
}
