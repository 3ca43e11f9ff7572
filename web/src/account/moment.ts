// A day and a time of it, as the person's language writes both.
import { strings } from '../strings.ts'

/** To the minute; only pages about accounts need it, so the browser may take its time. */
export const formatMoment = (iso: string) =>
  new Date(iso).toLocaleString(strings.locale, { dateStyle: 'medium', timeStyle: 'short' })
