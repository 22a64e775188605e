import type {Detail} from './box.ts';

export interface Sizes {
  readonly namesrv: readonly [number, number];
  readonly broker: readonly [number, number];
  readonly client: readonly [number, number];
  /** Least room between the NameServers and the brokers, and between the brokers and the clients. */
  readonly gaps: readonly [number, number];
  /** Between brokers of one group. */
  readonly brokerGap: number;
}

export const SIZES: Readonly<Record<Detail, Sizes>> = {
  large: {namesrv: [196, 70], broker: [316, 206], client: [216, 106], gaps: [42, 62], brokerGap: 28},
  medium: {namesrv: [184, 54], broker: [288, 190], client: [212, 88], gaps: [36, 52], brokerGap: 28},
  low: {namesrv: [184, 46], broker: [314, 146], client: [208, 70], gaps: [22, 46], brokerGap: 28},
  small: {namesrv: [172, 44], broker: [228, 106], client: [172, 62], gaps: [24, 46], brokerGap: 28},
  mini: {namesrv: [228, 38], broker: [228, 118], client: [172, 56], gaps: [24, 54], brokerGap: 16},
};
export const DETAILS: readonly Detail[] = ['large', 'medium', 'low', 'small'];
/** Least width of a card in a row of many: its name, its role and its term can be read. */
export const LEAST_MINI = 88;
/** The same of a group of so many that its row would not be one otherwise: of the role the initial is left. */
export const LEAST_TINY = 68;
export const MANY = 8;
export const TINY_GAP = 6;
/** Least width of two cards that stand side by side on a narrow page. */
export const LEAST_PAIRED = 140;
/** So many brokers are a crowd where they do not fit into one row. */
export const CROWD = 6;
/** A ring stands side by side, so its cards become narrow before they would come below each other. */
export const RING_DETAILS: readonly Detail[] = ['large', 'medium', 'mini'];
export const MARGIN = 22;
export const PLATE = {top: 24, side: 10, bottom: 10};
export const UPRIGHT_BELOW = 640;
export const LOWEST_PX = 330;
export const LOWEST_RING_PX = 366;
export const GROUP = {top: 26, side: 12, bottom: 12, between: 40};
/** Brokers on shelves: the room around them, between them, above and below them in the box of their cluster, and between shelves. */
export const SHELF = {margin: 26, gap: 22, top: 18, side: 10, bottom: 20, aisle: 14, least: 168, most: 250};
/** Least length of a link that runs sideways between a client and a broker. */
export const SIDEWAYS = 120;
