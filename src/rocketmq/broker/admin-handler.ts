import type {RemotingCommand} from '../remoting/command.ts';
import type {Channel} from '../remoting/remoting.ts';

/** Answers by returning, or later by calling `reply`; null and no call is no answer at all. */
export type AdminHandler = (
  request: RemotingCommand,
  reply: (response: RemotingCommand) => void,
  channel: Channel,
) => RemotingCommand | null;
