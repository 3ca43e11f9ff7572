// The scenarios of the bench: what is told of the scaling rules holds.
import { describe, expect, it } from 'vitest'
import { busyShare, runScenario, type Scenario, scenarios } from '../../bench/scaling.ts'
import { transcoderUses } from '../../tools/cost/compute.ts'
import { readOptions } from '../../tools/cost/options.ts'
import { stage } from '../../tools/cost/stage.ts'
import { totalDollars } from '../../tools/cost/use.ts'

function named(name: string): Scenario {
  const found = scenarios.find(scenario => scenario.name === name)
  if (!found) throw new Error(`no scenario ${name}`)
  return found
}
const hours = ({ uploads, filmSeconds }: Scenario) => (uploads.length * filmSeconds) / 3600
const spotAnHour = (scenario: Scenario) =>
  totalDollars(
    transcoderUses(runScenario(scenario).transcoderSeconds * stage.transcoderCpus, 'spot', 1),
  ) / hours(scenario)

const protectedOnes = scenarios.filter(({ settings }) => settings?.protectionSeconds !== null)

describe('scaling', () => {
  it.each(protectedOnes)('$name: from none to none without an encode cut off', scenario => {
    const run = runScenario(scenario)
    expect(run.cutOff).toBe(0)
    expect(run.points.at(-1)).toMatchObject({ work: 0, running: 0, wanted: 0 })
    expect(run.readySeconds.every(Number.isFinite)).toBe(true)
  })

  it('takes a burst of 200 videos with all transcoders there may be', () => {
    const scenario = named('200 of 5 min in a minute')
    const run = runScenario(scenario)
    expect(run.peak).toBe(stage.maxTranscoders)
    expect(Math.max(...run.readySeconds)).toBeLessThan(60 * 60)
    expect(spotAnHour(scenario)).toBeLessThan(0.04)
  })

  it.each(['10 min', '1 h', '10 min, three an hour for 8 h'])(
    '%s: less than $0.10 a source hour on Spot, starts and rest with it',
    name => expect(spotAnHour(named(name))).toBeLessThan(0.1),
  )

  it('costs less than resting all together', () => {
    expect(spotAnHour(named('1 h'))).toBeLessThan(
      spotAnHour(named('1 h, all rest together after 10 min')),
    )
  })

  it('is what the estimate takes for its share of time at work', () => {
    const busy = busyShare(runScenario(named('10 min, three an hour for 8 h')))
    expect(readOptions([])?.workload.busy).toBeCloseTo(busy, 1)
  })
})
