// The second factor of one's own account: begun, in force by a first code, taken away.
import type { Context, Hono } from 'hono'
import { ConfirmPassword, ConfirmSecondFactor, RemoveSecondFactor } from '#domain/account-api.ts'
import type { Profile } from '#domain/account-item.ts'
import { MillraceError } from '#domain/errors.ts'
import { jsonBody } from '#platform/json-body.ts'
import { unstored } from '#platform/problem.ts'
import type { SecondFactors } from '#platform/second-factors.ts'
import { type PresentDeps, requirePresent } from './present.ts'

export interface SecondFactorDeps extends PresentDeps {
  secondFactors: SecondFactors
  /** @throws MillraceError `sign-in-failed`, `too-many-requests` */
  confirm(c: Context, profile: Profile, password: string): Promise<void>
  /** Counts a try. @throws MillraceError `too-many-requests` */
  takeTry(c: Context, profile: Profile): Promise<void>
}

export function addSecondFactor(app: Hono, deps: SecondFactorDeps): void {
  const { secondFactors, confirm, takeTry, now } = deps
  const path = '/api/account/second-factor'
  const own = async (c: Context) => (await requirePresent(deps, c.req.raw, 'account')).profile

  app.post(path, jsonBody(ConfirmPassword), async c => {
    const profile = await own(c)
    await confirm(c, profile, c.req.valid('json').password)
    const begun = await secondFactors.begin(profile.userId, profile.email)
    return c.json(begun, 201, unstored)
  })

  app.put(path, jsonBody(ConfirmSecondFactor), async c => {
    const profile = await own(c)
    await takeTry(c, profile)
    const { code } = c.req.valid('json')
    const recoveryCodes = await secondFactors.confirm(profile.userId, code, now())
    if (!recoveryCodes) throw new MillraceError('second-factor-wrong')
    return c.json({ recoveryCodes }, 200, unstored)
  })

  app.post(`${path}/removal`, jsonBody(RemoveSecondFactor), async c => {
    const profile = await own(c)
    const { password, code } = c.req.valid('json')
    await confirm(c, profile, password)
    if (!profile.secondFactor)
      throw new MillraceError('state-conflict', { message: 'There is none.' })
    if (!(await secondFactors.use(profile.userId, code, now()))) {
      throw new MillraceError('second-factor-wrong')
    }
    await secondFactors.remove(profile.userId)
    return c.body(null, 204)
  })
}
