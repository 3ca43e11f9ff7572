// What `npm run cost` is asked: hours uploaded and terabytes, hours or views delivered in a month, and what stands behind them.
import { parseArgs } from 'node:util'
import { rational } from '#domain/rational.ts'
import { gigabytesOf, viewHoursOf } from './delivery-use.ts'
import { type Film, planFilm } from './film.ts'

export const help = `npm run cost -- [options]
  --upload-hours 100     hours of film uploaded in the month
  --delivered-tb 50      terabytes (of 1,000 GB) viewers fetch; or --watched-hours, or --views with --view-minutes
  --view-minutes 10      how long a viewer watches
  --library-hours        hours of film that stay stored (default: those uploaded)
  --video-minutes 10     how long an uploaded film is
  --height 1080          its short side (16:9), at --rate 24 frames a second and --source-mbps 8
  --hit-ratio 0.95       share of requests that the edge answers by itself
  --busy 0.34            share of the transcoders' paid time in which they work: npm run bench -- scaling
  --on-demand            transcoders on demand instead of on Spot
  --explain              the arithmetic of every line
`

export interface Workload {
  film: Film
  uploadHours: number
  libraryHours: number
  deliveredGigabytes: number
  viewHours: number
  views: number
  hitRatio: number
  busy: number
  lane: 'spot' | 'onDemand'
}

/** Null: help was asked for. */
export type Asked = { workload: Workload; explain: boolean } | null

/** @throws RangeError or TypeError whose message is for the person */
export function readOptions(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'upload-hours': { type: 'string', default: '100' },
      'delivered-tb': { type: 'string' },
      'watched-hours': { type: 'string' },
      views: { type: 'string' },
      'view-minutes': { type: 'string', default: '10' },
      'library-hours': { type: 'string' },
      'video-minutes': { type: 'string', default: '10' },
      height: { type: 'string', default: '1080' },
      rate: { type: 'string', default: '24' },
      'source-mbps': { type: 'string', default: '8' },
      'hit-ratio': { type: 'string', default: '0.95' },
      busy: { type: 'string', default: '0.34' },
      'on-demand': { type: 'boolean', default: false },
      explain: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const number = (name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER) => {
    const value = Number(text)
    if (text.trim() !== '' && value >= least && value <= most) return value
    throw new RangeError(`--${name} ${text}: give a number from ${least} to ${most}.`)
  }
  const height = number('height', values.height, 2, 4320)
  const film: Film = {
    seconds: number('video-minutes', values['video-minutes'], 0.1, 8 * 60) * 60,
    width: Math.round((height * 16) / 18) * 2,
    height,
    rate: rational(number('rate', values.rate, 1, 120)),
    bitsPerSecond: number('source-mbps', values['source-mbps'], 0.01, 1000) * 1e6,
  }
  const uploadHours = number('upload-hours', values['upload-hours'], 0)
  const plan = planFilm(film)
  const viewMinutes = number('view-minutes', values['view-minutes'], 0.1)
  const given = ['delivered-tb', 'watched-hours', 'views'].filter(
    name => name in values && values[name as keyof typeof values] !== undefined,
  )
  if (given.length > 1) throw new RangeError(`Give one of --${given.join(' and --')}, not both.`)
  const { 'watched-hours': hours, views, 'delivered-tb': terabytes = '50' } = values
  const viewHours = hours
    ? number('watched-hours', hours, 0)
    : views
      ? (number('views', views, 0) * viewMinutes) / 60
      : viewHoursOf(number('delivered-tb', terabytes, 0) * 1000, plan)
  return {
    explain: values.explain,
    workload: {
      film,
      uploadHours,
      libraryHours: values['library-hours']
        ? number('library-hours', values['library-hours'], 0)
        : uploadHours,
      deliveredGigabytes: gigabytesOf(viewHours, plan),
      viewHours,
      views: (viewHours * 60) / viewMinutes,
      hitRatio: number('hit-ratio', values['hit-ratio'], 0, 1),
      busy: number('busy', values.busy, 0.01, 1),
      lane: values['on-demand'] ? 'onDemand' : 'spot',
    },
  }
}
