/* Whether T-SQL is T-SQL, in the eyes of two parsers: the ANTLR grammar of T-SQL (antlr4ts-sql), which is the stricter one, and
 * sqlparser's (MSSQL), which knows what is newer than that grammar. What both let pass though it is none is looked for among
 * the tokens.
 *
 *   parse.mjs query FILE...    one statement a file, as agent/sources/sqlserver has them: read for every version, by both
 *   parse.mjs script FILE...   batches that GO divides: each must please the grammar; where that is too old, sqlparser
 *
 * Writes one line for each fault, and ends with 1 if there was any.
 */
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const home = path.join(process.env.DRIFTLINE_SQLSERVER_TOOLS, 'node_modules', 'x');
const require = createRequire(home);
const {CharStreams, CommonTokenStream} = require('antlr4ts');
const {TSqlLexer} = require('antlr4ts-sql/dist/src/grammar-output/tsql/TSqlLexer');
const {TSqlParser} = require('antlr4ts-sql/dist/src/grammar-output/tsql/TSqlParser');
const {CaseChangingStream} = require('antlr4ts-sql/dist/src/models/CaseChangingStream');
const sqlparser = await import(pathToFileURL(require.resolve('@guanmingchiu/sqlparser-ts')));
await sqlparser.init();

/* SQL Server 2016, 2017, 2019 and 2022. */
const VERSIONS = [130000, 140000, 150000, 160000];

/* What other databases understand and SQL Server does not, though a parser takes it. */
const FOREIGN = /^(\|\||::|ILIKE|LIMIT|LATERAL|TRUE|FALSE|ARRAY|STRING_AGG|GREATEST|LEAST)$/i;

/* As catalog_query_sql(): lines for other versions are left out. */
function forVersion(sql, version) {
  return sql.split('\n').filter((line) => {
    const range = /--\[(\d*)\.\.(\d*)\]$/.exec(line);
    return range === null || (version >= Number(range[1] || 0) && version <= Number(range[2] || Infinity));
  }).join('\n');
}

function byGrammar(sql) {
  const faults = [];
  const listener = {syntaxError: (recognizer, symbol, line, column, message) => faults.push(`${line}:${column} ${message.slice(0, 120)}`)};
  const lexer = new TSqlLexer(new CaseChangingStream(CharStreams.fromString(sql), true));
  const tokens = new CommonTokenStream(lexer);
  const parser = new TSqlParser(tokens);
  for (const part of [lexer, parser]) {
    part.removeErrorListeners();
    part.addErrorListener(listener);
  }
  parser.tsql_file();
  /* The grammar has || as two tokens that happen to stand side by side. */
  const words = tokens.getTokens().filter((token) => token.channel === 0).map((token) => sql.slice(token.startIndex, token.stopIndex + 1));
  const foreign = words.filter((word, i) => FOREIGN.test(word) || FOREIGN.test(word + words[i + 1]));
  return [...faults, ...foreign.map((word) => `not T-SQL: ${word}`)];
}

function bySqlparser(sql) {
  try {
    sqlparser.parse(sql, 'mssql');
    return [];
  } catch (error) {
    return [error.message];
  }
}

/* What the grammar is too old for: CREATE OR ALTER VIEW (2016 SP1). */
const isNewer = (batch) => /^\s*CREATE\s+OR\s+ALTER\s+VIEW\b/im.test(batch);

function checkQuery(sql) {
  const texts = new Set(VERSIONS.map((version) => forVersion(sql, version)));
  const faults = [...texts].flatMap((text) => [...byGrammar(text).slice(0, 1), ...bySqlparser(text)]);
  if (/;\s*\S/.test(sql.replace(/--.*/g, '').replace(/'[^']*'/g, ''))) faults.push('more than one statement');
  return faults;
}

/* What the grammar has wrong: it wants a colon in the midst of this. */
const withoutSequences = (batch) => batch.replace(/\bNEXT\s+VALUE\s+FOR\s+[\w.]+/gi, '1');

function checkScript(sql) {
  return sql.split(/^GO[ \t]*$/m).map(withoutSequences).flatMap((batch) => {
    if (batch.replace(/--.*/g, '').trim() === '') return [];
    /* The rest of such a view is read by the grammar, too. */
    if (isNewer(batch)) return [...bySqlparser(batch), ...byGrammar(batch.replace(/OR\s+ALTER\s+VIEW/i, 'VIEW')).slice(0, 1)];
    return byGrammar(batch).slice(0, 1);
  });
}

const [form, ...files] = process.argv.slice(2);
let count = 0;
for (const file of files)
  for (const fault of (form === 'query' ? checkQuery : checkScript)(fs.readFileSync(file, 'utf8'))) {
    console.log(`${path.basename(file)}: ${fault}`);
    count++;
  }
process.exit(count > 0 ? 1 : 0);
