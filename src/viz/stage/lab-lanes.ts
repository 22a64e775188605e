import {LitElement} from 'lit';
import {customElement} from 'lit/decorators.js';
@customElement('lab-lanes')
export class LabLanes extends LitElement {}
