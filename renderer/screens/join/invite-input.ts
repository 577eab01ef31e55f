/** An invite's text and how it came; what it may hold depends on that. */
export interface InviteInput {
  readonly text: string;
  readonly from: 'file' | 'link' | 'paste';
}
