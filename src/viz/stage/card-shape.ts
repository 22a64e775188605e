import type {ProcessKind} from '../../sim/trace.ts';
import {NOTCH} from './links.ts';

/**
 * The outline of a card, from (0, 0). Kinds differ in shape, not in colour: a NameServer is a pill, a broker a box, a producer points
 * out to the right, a consumer opens on its left for what comes in.
 */
export function cardShape(kind: ProcessKind, width: number, height: number): string {
  const middle = height / 2;
  const radius = kind === 'namesrv' ? Math.min(22, height / 2) : 9;
  const corner = (x: number, y: number) => `Q${x} ${y} `;
  if (kind === 'producer') {
    const right = width - NOTCH;
    return (
      `M${radius} 0H${right - radius}${corner(right, 0)}${right} ${radius}V${middle - NOTCH}L${width} ${middle}L${right} ${middle + NOTCH}` +
      `V${height - radius}${corner(right, height)}${right - radius} ${height}H${radius}${corner(0, height)}0 ${height - radius}V${radius}${corner(0, 0)}${radius} 0Z`
    );
  }
  if (kind === 'consumer') {
    return (
      `M${radius} 0H${width - radius}${corner(width, 0)}${width} ${radius}V${height - radius}${corner(width, height)}${width - radius} ${height}` +
      `H${radius}${corner(0, height)}0 ${height - radius}V${middle + NOTCH}L${NOTCH} ${middle}L0 ${middle - NOTCH}V${radius}${corner(0, 0)}${radius} 0Z`
    );
  }
  return (
    `M${radius} 0H${width - radius}${corner(width, 0)}${width} ${radius}V${height - radius}${corner(width, height)}${width - radius} ${height}` +
    `H${radius}${corner(0, height)}0 ${height - radius}V${radius}${corner(0, 0)}${radius} 0Z`
  );
}
