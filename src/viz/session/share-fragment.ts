import type {Variation} from '../../lab/compare/vary.ts';
import type {Language} from '../../lab/language.ts';
import {encodeShareLink} from '../../lab/share-link.ts';
import type {LabSession} from './session.ts';

/** The fragment of a link to the moment shown; null where no link leads there. */
export async function shareFragment(session: LabSession, language: Language): Promise<string | null> {
  const {timeline} = session;
  const source = session.opened?.source;
  // A recording is a file of somebody's.
  if (timeline === null || source === undefined || source.kind === 'recording') return null;
  return encodeShareLink({
    source,
    seed: timeline.seed,
    interventions: timeline.interventions,
    atUs: Math.floor(session.playhead.us),
    language,
    ...besideInLink(session),
  });
}

/** What a link has to say of the run beside: nothing where the scenario opens so by itself. */
function besideInLink({opened, beside}: LabSession): {readonly beside?: Variation | null} {
  const usual = opened?.lesson?.beside ?? null;
  const shown = beside?.variation ?? null;
  return shown?.key === usual?.key && shown?.value === usual?.value ? {} : {beside: shown};
}
