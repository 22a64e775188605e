import {jsonPiece} from '../remoting/json-piece.ts';

/** JSON between the values of a push of one entry, and of the answer to a push, as members write them: both are written and read by these. */

export const PUSH_PIECES = {
  commitIndex: jsonPiece('{"batchEntry":[],"code":200,"commitIndex":'),
  body: jsonPiece(',"count":0,"entry":{"body":"'),
  bodyCrc: jsonPiece('","bodyCrc":'),
  chainCrc: jsonPiece(',"chainCrc":'),
  channel: jsonPiece(',"channel":'),
  index: jsonPiece(',"index":'),
  magic: jsonPiece(',"magic":'),
  pos: jsonPiece(',"pos":'),
  size: jsonPiece(',"size":'),
  entryTerm: jsonPiece(',"term":'),
  firstEntryIndex: jsonPiece('},"firstEntryIndex":-1,'),
  group: jsonPiece('"group":'),
  lastEntryIndex: jsonPiece('"lastEntryIndex":-1,'),
  leaderId: jsonPiece('"leaderId":'),
  localId: jsonPiece('"localId":'),
  remoteId: jsonPiece('"remoteId":'),
  term: jsonPiece('"term":'),
  type: jsonPiece(',"totalSize":0,"type":"'),
  end: jsonPiece('"}'),
} as const;

export const ANSWER_PIECES = {
  beginIndex: jsonPiece('{"beginIndex":'),
  code: jsonPiece(',"code":'),
  endIndex: jsonPiece(',"endIndex":'),
  index: jsonPiece('"index":'),
  term: jsonPiece('"term":'),
} as const;
