import {select} from 'd3';
import type {Disc, DiscLabel, Flow, FramesModel, HeldCount} from './frames-model.ts';
import {CLOCK} from './icons.ts';
import {attr, child, label, short} from './svg.ts';

/** Room for a number of 12 px. */
const TERM_RADIUS = 9;

export interface FrameLayers {
  readonly flows: SVGGElement;
  readonly discs: SVGGElement;
  readonly labels: SVGGElement;
}

export function drawFrames(layers: FrameLayers, model: FramesModel, active: string): void {
  drawFlows(layers.flows, model.flows);
  drawDiscs(layers.discs, model.discs, active);
  drawLabels(layers.labels, model);
}

function drawFlows(layer: SVGGElement, flows: readonly Flow[]): void {
  select(layer)
    .selectAll<SVGGElement, Flow>('g')
    .data(flows, (flow) => flow.key)
    .join((enter) =>
      enter.append('g').each(function () {
        child(this, 'path', 'band');
        child(this, 'path', 'grain');
      }),
    )
    .each(function (flow) {
      attr(this, 'class', `flow ${flow.family}`);
      const [band, grain] = this.children as unknown as Element[];
      attr(band!, 'd', flow.d);
      attr(band!, 'stroke-width', flow.width);
      attr(grain!, 'd', flow.d);
      attr(grain!, 'stroke-dashoffset', flow.dashOffset);
    });
}

function drawDiscs(layer: SVGGElement, discs: readonly Disc[], active: string): void {
  select(layer)
    .selectAll<SVGGElement, Disc>('g.frame')
    .data(discs, (disc) => disc.sent)
    .join((enter) =>
      enter
        .append('g')
        .attr('role', 'button')
        .each(function (disc) {
          this.id = frameId(disc.sent);
          child(this, 'path', 'way');
          child(this, 'path', 'tail');
          child(this, 'circle', 'touch');
          child(this, 'circle', 'halo');
          child(this, 'circle', 'disc');
          child(this, 'path', 'sign');
          child(this, 'text', 'term');
        }),
    )
    .each(function (disc) {
      const [way, tail, touch, halo, dot, sign, term] = this.children as unknown as Element[];
      const focused = active === frameId(disc.sent);
      attr(
        this,
        'class',
        `frame ${disc.family} ${disc.form} ${disc.state}${disc.isSelected ? ' selected' : ''}${focused ? ' focused' : ''}`,
      );
      attr(this, 'aria-label', `${disc.name} ${disc.detail}, ${disc.from} → ${disc.to}`);
      attr(this, 'opacity', disc.opacity < 1 ? disc.opacity : null);
      attr(way!, 'd', disc.arrow);
      attr(
        way!,
        'marker-end',
        disc.arrow === null ? null : `url(#arrow-${disc.form === 'response' ? 'open' : 'full'})`,
      );
      const isStill = disc.arrow !== null && disc.state === 'flying';
      attr(this, 'data-still', isStill ? 'yes' : null);
      // The term's colour fills what the family's edges, and its number stands in it.
      const radius = disc.term === null ? disc.radius : TERM_RADIUS;
      attr(this, 'style', disc.term === null ? null : `--e:${disc.term.colour}`);
      attr(this, 'data-term', disc.term?.text ?? null);
      attr(term!, 'x', disc.x);
      attr(term!, 'y', disc.y + 4.4);
      label(term!, isStill ? '' : (disc.term?.text ?? ''));
      const spot = `translate(${short(disc.x)} ${short(disc.y)})`;
      for (const circle of [touch!, halo!, dot!]) attr(circle, 'transform', spot);
      attr(touch!, 'r', 14);
      attr(halo!, 'r', radius + (disc.isSelected ? 5.5 : 4));
      attr(dot!, 'r', disc.form === 'response' ? radius - 1 : radius);
      const isTailed = disc.form === 'oneway' && disc.state === 'flying' && !isStill;
      attr(tail!, 'd', isTailed ? `M-7-4L-24 0L-7 4Z` : null);
      attr(tail!, 'transform', isTailed ? `${spot} rotate(${short(disc.angle)})` : null);
      drawSign(sign!, disc);
    });
}

function drawSign(sign: Element, disc: Disc): void {
  if (disc.state === 'lost') {
    attr(sign, 'd', 'M-9-9L9 9M9-9L-9 9');
    attr(sign, 'class', 'sign cross');
    attr(sign, 'transform', `translate(${short(disc.x)} ${short(disc.y)})`);
  } else if (disc.state === 'held' || disc.state === 'late') {
    attr(sign, 'd', CLOCK);
    attr(sign, 'class', 'sign clock');
    attr(sign, 'transform', `translate(${short(disc.x - 6)} ${short(disc.y - 22)}) scale(.75)`);
  } else attr(sign, 'd', null);
}

interface Words extends DiscLabel {
  readonly key: string;
  readonly className: string;
}

function drawLabels(layer: SVGGElement, model: FramesModel): void {
  const words: Words[] = [];
  for (const disc of model.discs) {
    if (disc.label !== null)
      words.push({...disc.label, key: `f${disc.sent}`, className: `${disc.family} ${disc.state}`});
  }
  for (const flow of model.flows) {
    if (flow.label !== null) words.push({...flow.label, key: flow.key, className: `${flow.family} rate`});
  }
  for (const held of model.heldCounts) words.push(heldWords(held));
  select(layer)
    .selectAll<SVGTextElement, Words>('text')
    .data(words, (word) => word.key)
    .join((enter) =>
      enter.append('text').each(function () {
        child(this, 'tspan');
        child(this, 'tspan', 'detail');
      }),
    )
    .each(function (word) {
      attr(this, 'class', `label ${word.className}`);
      word.lines
        .concat('')
        .slice(0, 2)
        .forEach((line, i) => {
          const span = this.children[i]!;
          attr(span, 'x', word.x);
          attr(span, 'y', word.y + 12 + 15 * i);
          label(span, line);
        });
    });
}

function heldWords(held: HeldCount): Words {
  return {key: `held ${held.key}`, className: 'held', x: held.x, y: held.y, lines: [held.text]};
}

export function frameId(sent: number): string {
  return `frame-${sent}`;
}
