import {LitElement} from 'lit';
import {customElement} from 'lit/decorators.js';
@customElement('lab-legend')
export class LabLegend extends LitElement {}
