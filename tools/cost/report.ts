// The estimate as text: what was assumed, a source hour, the month, the others. Pure.
import { type Cell, table } from '../../bench/figures.ts'
import { watchedBitsPerSecond } from './bytes.ts'
import { splitWork } from './compute.ts'
import { monthSections, type Section, sectionDollars, sourceHour } from './estimate.ts'
import { planFilm } from './film.ts'
import type { Workload } from './options.ts'
import { type Known, prices, pricesAsOf } from './prices.ts'
import { offerDollars, offers } from './rivals.ts'
import { amount, dollarsOf, merge, money, words } from './use.ts'
import { cpuSecondsAFilmSecond, gravitonSpeed } from './work.ts'

const perUnit = (name: keyof typeof prices) => {
  const { dollars, units, unit } = prices[name]
  return `$${dollars} ${units === 1 ? `a ${unit}` : `for ${amount(units)} ${unit}s`}`
}

function assumed(workload: Workload): string {
  const { film, uploadHours, deliveredGigabytes, viewHours, views, busy } = workload
  const plan = planFilm(film)
  const rungs = plan.video.rungs.map(({ height }) => `${height}p`).join(', ')
  const split = splitWork(plan)
  return [
    `List prices of us-east-1 as of ${pricesAsOf}, without free tiers: tools/cost/prices.ts.`,
    `Uploaded: ${amount(uploadHours)} h as ${amount((uploadHours * 3600) / film.seconds)} films of ${amount(film.seconds / 60)} min, ${film.height}p, ${amount(film.bitsPerSecond / 1e6)} Mb/s; ladder ${rungs}.`,
    `Delivered: ${amount(deliveredGigabytes / 1000)} TB = ${amount(viewHours)} h of watching in ${amount(views)} views, at ${amount(watchedBitsPerSecond(plan) / 1e6)} Mb/s.`,
    `CPU: ${amount(cpuSecondsAFilmSecond(plan) * 3600)} s a source hour as measured on x86-64, taken to be the same on Graviton (speed ${gravitonSpeed}); of a film's ${amount(split.fastCpuSeconds + split.bulkCpuSeconds)} s the fast lane does ${amount(split.fastCpuSeconds)} s; slots are at work ${amount(busy * 100)} % of what is paid.`,
  ].join('\n')
}

function hourTable(workload: Workload): string {
  const hour = sourceHour(workload)
  const row = (title: string, compute: number): Cell[] => [
    title,
    money(compute),
    money(hour.requests),
    money(compute + hour.requests),
  ]
  return [
    table(
      ['a source hour', 'compute', 'requests', 'together'],
      [
        row('transcoders on Spot', hour.compute.spot),
        row('… with every slot at work', hour.computeBusy.spot),
        row('transcoders on demand', hour.compute.onDemand),
        row('… with every slot at work', hour.computeBusy.onDemand),
        row('the fast lane alone', hour.compute.fastLaneOnly),
      ],
    ),
    `Keeping it costs ${money(hour.keeping)} a month.`,
  ].join('\n')
}

function monthTable(sections: readonly Section[]): string {
  const total = sections.reduce((sum, section) => sum + sectionDollars(section), 0)
  const rows = sections.flatMap(({ title, uses, tiered }): Cell[][] => [
    ...(tiered ? [[title, tiered.title, '', 'by tiers', money(tiered.dollars)]] : []),
    ...merge(uses).map(use => [
      title,
      words(use.price),
      amount(use.quantity),
      perUnit(use.price),
      money(dollarsOf(use)),
    ]),
  ])
  return table(
    ['the month', 'what', 'quantity', 'price', 'dollars'],
    [...rows, ['All', '', '', '', money(total)]],
  )
}

function sectionTable(sections: readonly Section[]): string {
  return table(
    ['the month', 'dollars'],
    sections.map(section => [section.title, money(sectionDollars(section))]),
  )
}

/** Every line's quantity as a reader would work it out. */
function arithmetic(sections: readonly Section[]): string {
  return sections
    .flatMap(({ title, uses, tiered }) => [
      `${title}:`,
      ...(tiered ? [`  ${tiered.title} ${money(tiered.dollars)} = ${tiered.why}`] : []),
      ...uses.map(
        use =>
          `  ${words(use.price)} ${money(dollarsOf(use))} = ${amount(use.quantity)} × ${perUnit(use.price)}\n    ${amount(use.quantity)} = ${use.why}`,
      ),
    ])
    .join('\n')
}

function offerTable(workload: Workload): string {
  const { deliveredGigabytes } = workload
  return table(
    ['list prices', 'encoding', 'keeping', 'delivery', 'other', 'month', 'a GB delivered', ''],
    offers(workload).map(offer => {
      const { name, encoding, keeping, delivery, other, note } = offer
      const all = offerDollars(offer)
      const sums = [encoding, keeping, delivery, other, all].map(money)
      const each = deliveredGigabytes > 0 ? money(all / deliveredGigabytes) : '-'
      return [name, ...sums, each, note ?? '']
    }),
  )
}

function sources(): string {
  const count = (known: Known) => Object.values(prices).filter(p => p.known === known).length
  return `${Object.keys(prices).length} prices: ${count('page')} read where they are published, ${count('copy')} in a dated copy, ${count('recalled')} from memory.`
}

export function report(workload: Workload, explain: boolean): string {
  const sections = monthSections(workload)
  return [
    assumed(workload),
    hourTable(workload),
    monthTable(sections),
    ...(explain ? [arithmetic(sections)] : []),
    sectionTable(sections),
    offerTable(workload),
    sources(),
  ].join('\n\n')
}
