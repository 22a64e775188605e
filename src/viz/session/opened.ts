import type {Lesson} from '../../lab/lesson/lesson.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import type {ScenarioSource} from '../../lab/share-link.ts';
import type {RecordingAbout} from '../recording/protocol.ts';
import type {WorldClient} from '../worker/world-client.ts';

/** What a run was made from, as a link tells it. */
export interface Opened {
  readonly source: ScenarioSource | {readonly kind: 'recording'};
  readonly scenarioText: string;
  readonly scenario: Scenario;
  /** The lesson that is told on it; null for a plain scenario. */
  readonly lesson: Lesson | null;
  /** A run that has happened already: what it is, and who reads it. Nothing can be changed in it. */
  readonly recording?: {
    readonly about: RecordingAbout;
    readonly world: Pick<WorldClient, 'run' | 'abandon'>;
  };
}
