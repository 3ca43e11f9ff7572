// The transcoder's own program, to which the website on WEBSITE_PORT of this machine is a public one.
import { main } from '../../transcoder/main.ts'
import { fetchFrom } from './website.ts'

await main({ fetchPublic: fetchFrom(Number(process.env['WEBSITE_PORT'])) })
process.exit(0)
