/** One field of a frame beside its bytes. Fields that contain others come before them. */
export interface FrameField {
  /** `length`, `header.code`, `header.extFields.topic`, `body[0].queueOffset`. */
  readonly path: string;
  /** Its bytes: from here, up to `to`, within the frame. In a JSON header they include the key. */
  readonly from: number;
  readonly to: number;
  /** The value as text. */
  readonly text: string;
  /** What the value means, where that is not plain. */
  readonly meaning?: string;
}
