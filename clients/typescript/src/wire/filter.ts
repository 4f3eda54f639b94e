/**
 * Whether a filter matches a topic: `+` stands for one level, `#` at the end for any number of them, the parent
 * included; neither stands for a level that begins with `$`.
 */
export function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (let i = 0; i < wanted.length; i++) {
    const want = wanted[i]!;
    if (want === '#') return levels.slice(i).every((level) => !level.startsWith('$'));
    const level = levels[i];
    if (level === undefined) return false;
    if (want === '+' ? level.startsWith('$') : want !== level) return false;
  }
  return wanted.length === levels.length;
}
