import {LabApp} from './app/lab-app.ts';
import {beginTheme} from './app/theme.ts';
import {pageLanguage} from './i18n/i18n.ts';
import {LabSession} from './session/session.ts';
import {startWorld} from './worker/world-client.ts';

// The worker loads while the page draws itself.
let tellFailure: (why: string) => void = (why) => console.error(why);
const world = startWorld((why) => tellFailure(why));

// Not awaited here: the words import from the very file that this is built into, which would wait for them in turn.
void pageLanguage.begin().then(() => {
  beginTheme();
  const session = new LabSession(world, () => startWorld((why) => tellFailure(why)));
  LabApp.begin(session, world);
  customElements.define('lab-app', LabApp);
  tellFailure = (why) => {
    const app = document.querySelector<LabApp>('lab-app');
    app?.tellWorkerFailure(why);
  };
  document.querySelector('lab-app > .skeleton')?.remove();
});
