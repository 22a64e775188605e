import {select} from 'd3';
import type {MachineView, ViewState} from '../../lab/view/view-state.ts';
import type {PlateBox} from './box.ts';
import {BOLT} from './icons.ts';
import type {GroupBox, TopologyLayout} from './layout-parts.ts';
import type {BreakSign, LinkSign} from './links-model.ts';
import {attr, child, label, short} from './svg.ts';
import {fitText, textWidth} from './text-metrics.ts';
import type {StageWords} from './texts.ts';

/** What lies under the cards: the machines. Their names lie over the ways, so that they can be read where one crosses them. */
export function drawPlates(layer: SVGGElement, names: SVGGElement, layout: TopologyLayout): void {
  select(layer)
    .selectAll<SVGGElement, PlateBox>('g.plate')
    .data(layout.plates, (plate) => plate.key)
    .join((enter) =>
      enter
        .append('g')
        .attr('class', 'plate')
        .each(function () {
          child(this, 'rect');
        }),
    )
    .each(function (plate) {
      setBox(this.firstElementChild!, plate, 14);
    });
  select(names)
    .selectAll<SVGTextElement, PlateBox>('text')
    .data(layout.plates, (plate) => plate.key)
    .join((enter) =>
      enter.append('text').each(function () {
        for (const part of ['machine', 'address', 'trouble']) child(this, 'tspan', part);
      }),
    )
    .each(function (plate) {
      attr(this, 'x', plate.x + 12);
      attr(this, 'y', plate.y + 16);
      label(this.children[0]!, fitText(plate.machine, plate.width - 20, 12, true));
      attr(this.children[1]!, 'dx', 8);
    });
}

/** What is wrong with each machine, written on it. A machine without power is dark. */
export function drawMachineStates(
  layer: SVGGElement,
  names: SVGGElement,
  machines: ViewState['machines'],
  words: StageWords,
  selected: string | null,
): void {
  const troubles = (plate: PlateBox): string => {
    const machine = machines.get(plate.machine);
    return machine === undefined ? '' : troubleOf(machine, words);
  };
  select(layer)
    .selectAll<SVGGElement, PlateBox>('g.plate')
    .each(function (plate) {
      const off = machines.get(plate.machine)?.hasPower === false ? ' off' : '';
      const chosen = plate.machine === selected ? ' selected' : '';
      attr(this, 'class', `plate${off}${troubles(plate) === '' ? '' : ' troubled'}${chosen}`);
    });
  select(names)
    .selectAll<SVGTextElement, PlateBox>('text')
    .each(function (plate) {
      const trouble = troubles(plate);
      const [name, address, mark] = this.children as unknown as [Element, Element, Element];
      const room = plate.width - 32 - textWidth(name.textContent, 12, true);
      const rest = room - textWidth(trouble, 12, true) - (trouble === '' ? 0 : 10);
      // Half an address says nothing: it is told whole, or by the cards and the inspector; what is wrong comes before it.
      label(address, textWidth(plate.address, 12, true) <= rest ? plate.address : '');
      attr(mark, 'dx', trouble === '' ? 0 : 10);
      label(mark, fitText(trouble, room - 10, 12, true));
    });
}

function troubleOf({hasPower, disk}: MachineView, words: StageWords): string {
  const parts = hasPower ? [] : [words.noPower];
  if (disk.status === 'destroyed') parts.push(words.diskDestroyed);
  else if (disk.status === 'read-only') parts.push(words.diskReadOnly);
  else if (disk.faults.length > 0) {
    parts.push(words.diskFaults([...new Set(disk.faults.map(({fault}) => fault.kind))].join(', ')));
  }
  return parts.join(' · ');
}

export function drawGroups(layer: SVGGElement, layout: TopologyLayout): void {
  select(layer)
    .selectAll<SVGGElement, GroupBox>('g.group')
    .data(layout.groups, (group) => group.key)
    .join((enter) =>
      enter
        .append('g')
        .attr('class', 'group')
        .each(function () {
          child(this, 'rect');
          child(this, 'text');
        }),
    )
    .each(function (group) {
      const [rect, text] = this.children as unknown as [Element, Element];
      setBox(rect, group, 12);
      attr(text, 'x', group.x + 14);
      attr(text, 'y', group.y + 14);
      // Where room is scarce a machine's name stands there; the cards name the broker as well.
      const isTaken = layout.plates.some(
        ({x, y, width}) => Math.abs(y - group.y) < 14 && x < group.x + 40 && group.x < x + width,
      );
      label(text, isTaken ? '' : group.label);
    });
}

export function drawLinks(
  layer: SVGGElement,
  links: readonly LinkSign[],
  selected: (link: LinkSign) => boolean,
): void {
  select(layer)
    .selectAll<SVGGElement, LinkSign>('g.link')
    .data(links, (link) => link.key)
    .join((enter) =>
      enter.append('g').each(function () {
        child(this, 'path', 'grip');
        child(this, 'path', 'line');
      }),
    )
    .each(function (link) {
      attr(
        this,
        'class',
        `link ${link.state}${link.machines === null ? ' inside' : ''}${selected(link) ? ' selected' : ''}`,
      );
      for (const path of this.children) attr(path, 'd', link.d);
    });
}

export function drawBreaks(layer: SVGGElement, breaks: readonly BreakSign[], words: string): void {
  select(layer)
    .selectAll<SVGGElement, BreakSign>('g.break')
    .data(breaks, (sign) => sign.key)
    .join((enter) =>
      enter
        .append('g')
        .attr('class', 'break')
        .each(function () {
          child(this, 'rect');
          child(this, 'path', 'open-way');
          child(this, 'path', 'slashes');
          child(this, 'path', 'bolt');
        }),
    )
    .each(function (sign) {
      const [gap, open, slashes, bolt] = this.children as unknown as Element[];
      const isOneWay = sign.ways !== 'both';
      // Frames keep to the right of their way: what is closed, and what is not, each on its side.
      const turn = sign.ways === 'back' ? 180 : 0;
      attr(this, 'aria-label', words);
      attr(
        this,
        'transform',
        `translate(${short(sign.x)} ${short(Math.max(15, sign.y))}) rotate(${short(sign.angle)})`,
      );
      attr(gap!, 'x', isOneWay ? -15 : -5);
      attr(gap!, 'y', -14);
      attr(gap!, 'width', isOneWay ? 30 : 10);
      attr(gap!, 'height', 28);
      attr(open!, 'd', isOneWay ? 'M14-6H-12M-6-11-12-6-6-1' : null);
      attr(slashes!, 'd', isOneWay ? 'M-14 6H4M-2 1 4 6-2 11M9-1V13' : 'M-8 14L-2-14M2 14L8-14');
      for (const way of [open!, slashes!]) attr(way, 'transform', turn === 0 ? null : `rotate(${turn})`);
      attr(bolt!, 'd', BOLT);
      attr(bolt!, 'transform', `rotate(${short(-sign.angle)}) translate(${isOneWay ? '-5 -30' : '10 -24'})`);
    });
}

function setBox(
  rect: Element,
  box: {x: number; y: number; width: number; height: number},
  radius: number,
): void {
  attr(rect, 'x', box.x);
  attr(rect, 'y', box.y);
  attr(rect, 'width', box.width);
  attr(rect, 'height', box.height);
  attr(rect, 'rx', radius);
}
