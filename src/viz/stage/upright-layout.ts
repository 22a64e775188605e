import {type Cast, cardsOf, finish, type LayoutInput, placeRow, type TopologyLayout} from './layout-parts.ts';
import {MARGIN, PLATE, SIZES} from './layout-sizes.ts';

/** One below the other: for narrow rooms, and as the last resort, since it may grow downwards. */
export function upright(input: LayoutInput, cast: Cast): TopologyLayout {
  const roomy = uprightWith(input, cast, 'medium');
  if (roomy.height <= input.height) return roomy;
  return uprightWith(input, cast, 'low');
}

function uprightWith(input: LayoutInput, cast: Cast, detail: 'medium' | 'low'): TopologyLayout {
  const sizes = SIZES[detail];
  const {cards, put} = cardsOf(detail);
  const perRow = Math.max(1, Math.floor((input.width - 2 * MARGIN + 16) / (sizes.namesrv[0] + 16)));
  const brokerWidth = Math.min(360, input.width - 2 * (MARGIN + 12));
  const inRow = Math.max(1, Math.floor((input.width - 2 * MARGIN + 28) / (brokerWidth + 28)));
  const clientSize: [number, number] = [
    Math.min(216, Math.floor((input.width - 2 * MARGIN - 24) / 2)),
    sizes.client[1],
  ];
  const brokers = cast.groups.flat();
  const isTight = detail !== 'medium';
  const top = PLATE.top + (isTight ? 4 : 8);
  const [beforeBrokers, afterBroker, beforeClients, afterClient] = isTight
    ? [24, PLATE.top + PLATE.bottom, 16, 36]
    : [34, PLATE.top + PLATE.bottom, 44, 40];
  const namesrvRows = Math.ceil(cast.namesrvs.length / perRow);
  const brokerRows = Math.ceil(brokers.length / inRow);
  const clientRows = Math.max(cast.left.length, cast.right.length);
  const least =
    top +
    namesrvRows * (sizes.namesrv[1] + 10) +
    beforeBrokers +
    brokerRows * (sizes.broker[1] + afterBroker) +
    beforeClients +
    clientRows * (clientSize[1] + afterClient) -
    afterClient +
    PLATE.bottom +
    6;
  const spare = Math.max(0, input.height - least);
  let y = top;
  for (let i = 0; i < cast.namesrvs.length; i += perRow) {
    placeRow(cast.namesrvs.slice(i, i + perRow), input.width, y, sizes.namesrv, 16, put);
    y += sizes.namesrv[1] + 10;
  }
  y += beforeBrokers + Math.min(60, spare * 0.3);
  for (let i = 0; i < brokers.length; i += inRow) {
    placeRow(brokers.slice(i, i + inRow), input.width, y, [brokerWidth, sizes.broker[1]], 28, put);
    y += sizes.broker[1] + afterBroker;
  }
  y += beforeClients + Math.min(130, spare * 0.6);
  const step = clientSize[1] + afterClient;
  cast.left.forEach((process, i) => {
    put(process, MARGIN, y + i * step, clientSize);
  });
  cast.right.forEach((process, i) => {
    put(process, input.width - MARGIN - clientSize[0], y + i * step, clientSize);
  });
  const height = y + clientRows * step - afterClient + PLATE.bottom + 6;
  return finish(
    input,
    Math.max(input.height, Math.ceil(height)),
    detail,
    {upright: true, ring: false, aisles: null},
    cards,
    [],
  );
}
