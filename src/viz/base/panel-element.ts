import {type AllWords, allWords} from '../i18n/panel-words.ts';
import {LabElement} from './lab-element.ts';

/** An element of what opens later: an inspector, a dialog, another page. */
export class PanelElement extends LabElement {
  protected override get t(): AllWords {
    return allWords();
  }
}
