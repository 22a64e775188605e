import {html, nothing, type TemplateResult} from 'lit';
import {sayCount} from '../../lab/say-duration.ts';
import type {MemberView} from '../../lab/view/view-state.ts';
import {SelectEvent} from '../selection.ts';
import {termColour} from '../stage/term-colour.ts';
import {type StateContext, table} from './state-table.ts';

/**
 * What a member of a DLedger group knows of itself, the ballots of its last candidacy, while it leads what it knows of its peers,
 * and beside that how things stand with all members; in DLedger's own words.
 */
export function memberState(process: string, member: MemberView, context: StateContext): TemplateResult {
  const {t, view} = context;
  const field = (name: string, value: unknown) => html`<dt>${name}</dt>
    <dd>${value}</dd>`;
  const group = [...view.processes.values()].filter(({broker}) => broker?.member?.group === member.group);
  return html`<h3>DLedger<small>${member.group}</small></h3>
    <dl class="fields">
      ${field('selfId', member.selfId)}
      ${field('role', html`<b>${member.role}</b>`)}
      ${field('currTerm', termText(member.term))}
      ${field('currVoteFor', member.votedFor ?? '—')} ${field('leaderId', member.leaderId ?? '—')}
      ${field('ledgerBeginIndex', told(member.beginIndex))} ${field('ledgerEndIndex', told(member.endIndex))}
      ${field('ledgerEndTerm', told(member.endTerm))} ${field('committedIndex', told(member.committedIndex))}
    </dl>
    ${ballots(member, context)}
    ${
      member.peers.size === 0
        ? nothing
        : table(
            ['peer', 'push', 'matchIndex', 'behind'],
            [...member.peers].map(([peer, {state, matchIndex}]) => [
              peer,
              state,
              told(matchIndex),
              sayCount(Math.max(0, member.endIndex - matchIndex)),
            ]),
          )
    }
    <h3>${t.groupMembers}</h3>
    ${table(
      ['', 'role', 'term', 'vote', 'end', 'committed'],
      group.map(({name, status, broker}) => {
        const one = broker!.member!;
        const isUp = status === 'running' || status === 'paused';
        return [
          name === process
            ? html`<b>${name}</b>`
            : html`<button
                class="link"
                @click=${(event: Event) => event.target?.dispatchEvent(new SelectEvent({kind: 'process', name}))}
              >
                ${name}
              </button>`,
          isUp ? one.role : '—',
          termText(one.term),
          one.votedFor ?? '—',
          told(one.endIndex),
          told(one.committedIndex),
        ];
      }),
    )}`;
}

function ballots({ballots: {term, answers}}: MemberView, {t}: StateContext) {
  if (answers.size === 0) return nothing;
  return html`<h3>${t.ballots}<small>${termText(term)}</small></h3>
    ${table(
      ['', ''],
      [...answers]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([voter, result]) => [
          voter,
          html`<span class=${result === 'ACCEPT' ? 'good' : 'bad'}>${result === 'ACCEPT' ? '✓' : '✗'} ${result}</span>`,
        ]),
    )}`;
}

function termText(term: number): TemplateResult {
  return html`<b style=${`color:${termColour(term)}`}>■</b> ${term}`;
}

function told(index: number): string {
  return index === -1 ? '—' : sayCount(index);
}
