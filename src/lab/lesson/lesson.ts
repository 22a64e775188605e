import type {Variation} from '../compare/vary.ts';
import type {Language} from '../language.ts';
import type {Scenario} from '../scenario/scenario.ts';
import type {LessonFile} from './schema.ts';
import type {LessonText} from './text.ts';

/** A lesson whose parts fit each other: every step, option and hole is there in every language. */
export interface Lesson {
  readonly name: string;
  readonly scenario: Scenario;
  /** What is otherwise in the run that it is told beside; null where it is told of one run. */
  readonly beside: Variation | null;
  readonly plan: LessonFile;
  readonly texts: Readonly<Record<Language, LessonText>>;
}

/** The files of a lesson's folder. */
export interface LessonFiles {
  readonly 'scenario.yaml': string;
  readonly 'lesson.yaml': string;
  readonly 'en.md': string;
  readonly 'zh-CN.md': string;
}
export const LESSON_FILES = ['scenario.yaml', 'lesson.yaml', 'en.md', 'zh-CN.md'] as const;
