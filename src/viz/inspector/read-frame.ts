import {readFrameHead} from '../../lab/frame-head.ts';

export interface ReadField {
  readonly name: string;
  readonly value: string;
  readonly depth: number;
  /** Of the write's bytes: first, and one past the last. */
  readonly fromByte: number;
  readonly toByte: number;
}

export interface ReadFrame {
  readonly fields: readonly ReadField[];
  readonly error: string | null;
}

export function decodeForReading(bytes: Uint8Array, _requestCode: number): ReadFrame[] {
  const head = readFrameHead(bytes);
  if (head === null) return [{fields: [], error: 'no whole frame'}];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = view.getUint32(4) & 0xffffff;
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerLength));
  return [
    {
      error: null,
      fields: [
        {name: 'length', value: String(view.getInt32(0)), depth: 0, fromByte: 0, toByte: 4},
        {name: 'header length', value: String(headerLength), depth: 0, fromByte: 4, toByte: 8},
        {name: 'header', value: header, depth: 0, fromByte: 8, toByte: 8 + headerLength},
      ],
    },
  ];
}
