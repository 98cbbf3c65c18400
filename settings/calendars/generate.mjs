// Prints the calendar of China, seeded from the npm package chinese-days:
//
//   node settings/calendars/generate.mjs 2025 2026 > settings/calendars/cn.yaml
//   node settings/calendars/generate.mjs 2025 2026 | diff settings/calendars/cn.yaml -
//
// It needs npm and its registry. Run it with further years (and a newer
// version below) once the State Council has announced them; then review the
// difference, which shows what was edited by hand since.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const source = 'chinese-days@1.5.7'

/** Fetches the package into a temporary folder and returns its facts. */
function fetchFacts() {
  const dir = mkdtempSync(join(tmpdir(), 'calendar-'))
  try {
    execFileSync('npm', ['install', '--prefix', dir, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', source])
    return JSON.parse(readFileSync(join(dir, 'node_modules/chinese-days/dist/chinese-days.json'), 'utf8'))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Lists a year's days, each with the Chinese name of its festival. */
function days(facts, year) {
  const dates = Object.keys(facts).filter(date => date.startsWith(`${year}-`)).sort()
  return dates.map(date => `      - ${date} # ${facts[date].split(',')[1]}`)
}

function yearLines(facts, year) {
  const holidays = days(facts.holidays, year)
  if (holidays.length === 0) {
    console.error(`${source} has no holidays for ${year}`)
    process.exit(1)
  }
  const makeUp = days(facts.workdays, year)
  return [
    `  - year: ${year}`,
    '    holidays:', ...holidays,
    ...(makeUp.length > 0 ? ['    make_up:', ...makeUp] : []),
  ]
}

const years = process.argv.slice(2)
if (years.length === 0 || !years.every(year => /^\d{4}$/.test(year))) {
  console.error('usage: node generate.mjs YEAR...')
  process.exit(2)
}
const facts = fetchFacts()
console.log([
  '# Working time in China: weekdays with a lunch break, the statutory holidays and',
  '# the make-up working days (调休) that the State Council announces each November.',
  `# Seeded from npm ${source} (MIT) by generate.mjs. Edit it freely: this file is`,
  '# what counts. A year that is not listed is refused, never guessed.',
  'zone: Asia/Shanghai',
  'weekdays: [mon, tue, wed, thu, fri]',
  'hours: ["08:30-12:00", "13:30-18:00"]',
  'years:',
  ...years.flatMap(year => yearLines(facts, year)),
].join('\n'))
