/* Where the tables of a diagram stand, and how the lines between them run. No DOM here: numbers in, numbers out, and
   the same for the same tables, so that a picture that is shared looks as it was seen.

   What is referred to stands left of what refers to it. Tables that hang together are a group; groups are set side by
   side like words in lines, those that stand alone come last. A line that passes a column of boxes has a place of its own
   there, as if it were a low box: so it runs between the boxes, never behind them. */

export const ROW = 22, HEAD = 34, WIDTH = 240, ROWS = 12;
const GAP_X = 90, GAP_Y = 28, GROUP_GAP = 70, PASS = 4, PASS_GAP = 10, ASPECT = 1.7, SWEEPS = 6;

/* How many columns of a table are drawn: keys and what differs first, if there are too many. */
export function visibleColumns(table, all) {
  if (all || table.columns.length <= ROWS) return table.columns;
  const weight = (column) => (column.drift ? 4 : 0) + (column.key ? 2 : 0) + (column.refers ? 1 : 0);
  const chosen = new Set(
    [...table.columns].map((column, place) => ({ column, place }))
      .sort((a, b) => weight(b.column) - weight(a.column) || a.place - b.place)
      .slice(0, ROWS - 1).map((entry) => entry.column));
  return table.columns.filter((column) => chosen.has(column));
}

export function boxHeight(table, rows) {
  const hidden = table.columns.length - rows.length;
  return HEAD + ROW * (rows.length + (hidden > 0 ? 1 : 0)) + 8;
}

/* ---- groups and ranks ---- */

function neighbours(count, edges) {
  const list = Array.from({ length: count }, () => []);
  for (const { from, to } of edges)
    if (from !== to) {
      list[from].push(to);
      list[to].push(from);
    }
  return list;
}

function groupsOf(count, near) {
  const group = new Array(count).fill(-1), groups = [];
  for (let start = 0; start < count; start++) {
    if (group[start] >= 0) continue;
    const members = [start];
    group[start] = groups.length;
    for (let i = 0; i < members.length; i++)
      for (const next of near[members[i]])
        if (group[next] < 0) {
          group[next] = groups.length;
          members.push(next);
        }
    groups.push(members);
  }
  return groups;
}

/* The longest way to something that refers to nothing; circles are cut where they close. Without recursion: a chain
   may be long. */
function ranksOf(count, edges) {
  const out = Array.from({ length: count }, () => []), state = new Uint8Array(count), rank = new Array(count).fill(0);
  for (const { from, to } of edges) if (from !== to) out[from].push(to);
  for (let start = 0; start < count; start++) {
    if (state[start]) continue;
    const stack = [{ node: start, next: 0 }];
    state[start] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < out[top.node].length) {
        const to = out[top.node][top.next++];
        if (state[to] === 0) {
          state[to] = 1;
          stack.push({ node: to, next: 0 });
        } else if (state[to] === 2) {
          rank[top.node] = Math.max(rank[top.node], rank[to] + 1);
        }
      } else {
        state[top.node] = 2;
        stack.pop();
        const below = stack[stack.length - 1];
        if (below) rank[below.node] = Math.max(rank[below.node], rank[top.node] + 1);
      }
    }
  }
  return rank;
}

/* ---- one group ---- */

function layersOf(members, rank) {
  const layers = [], used = [...new Set(members.map((node) => rank[node]))].sort((a, b) => a - b);
  const place = new Map(used.map((value, i) => [value, i]));
  for (const node of members) (layers[place.get(rank[node])] ??= []).push(node);
  return layers;
}

/* Sort each layer by where its neighbours in the layer before or behind stand. */
function untangle(layers, near) {
  const position = new Map();
  const note = (layer) => layer.forEach((node, i) => position.set(node, (i + 0.5) / layer.length));
  layers.forEach(note);
  const settle = (layer, beside) => {
    if (!beside) return;
    const there = new Set(beside), middle = new Map();
    for (const node of layer) {
      const places = near[node].filter((other) => there.has(other)).map((other) => position.get(other));
      middle.set(node, places.length ? places.reduce((a, b) => a + b, 0) / places.length : position.get(node));
    }
    layer.sort((a, b) => middle.get(a) - middle.get(b) || a - b);
    note(layer);
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    if (sweep % 2 === 0) for (let i = 1; i < layers.length; i++) settle(layers[i], layers[i - 1]);
    else for (let i = layers.length - 2; i >= 0; i--) settle(layers[i], layers[i + 1]);
}

/* Less room is needed where a line passes. */
const gapBelow = (height, next = GAP_Y) => height === PASS || next === PASS ? PASS_GAP : GAP_Y;

/* Draw each box to the middle of its neighbours as far as the order leaves room. */
function pull(layer, near, y, height) {
  const wanted = layer.map((node) => {
    const beside = near[node].filter((other) => y[other] !== undefined && !layer.includes(other));
    return beside.length ? beside.reduce((sum, other) => sum + y[other] + height[other] / 2, 0) / beside.length - height[node] / 2
                         : y[node];
  });
  let floor = -Infinity;
  layer.forEach((node, i) => {
    y[node] = Math.max(wanted[i], floor);
    floor = y[node] + height[node] + gapBelow(height[node], height[layer[i + 1]]);
  });
  const shift = layer.reduce((sum, node, i) => sum + wanted[i] - y[node], 0) / layer.length;
  for (const node of layer) y[node] += shift;
}

/* A layer of very many would be a tower: it is broken into several columns. */
function breakTowers(layers, height) {
  const total = layers.flat().reduce((sum, node) => sum + height[node] + GAP_Y, 0);
  const most = Math.max(900, Math.sqrt(total * (WIDTH + GAP_X) / ASPECT));
  const broken = [];
  for (const layer of layers) {
    let part = [], filled = 0;
    for (const node of layer) {
      if (part.length > 0 && filled + height[node] > most) {
        broken.push(part);
        part = [];
        filled = 0;
      }
      part.push(node);
      filled += height[node] + GAP_Y;
    }
    broken.push(part);
  }
  return broken;
}

/* Give each line that passes columns a place in every one of them. Lines to the same column of the same table share
   theirs: they arrive as one. Answers key of the line → its places, from right to left; layers, near and height grow. */
function makePasses(layers, edges, near, height) {
  const column = new Map(layers.flatMap((layer, i) => layer.map((node) => [node, i]))), shared = new Map(), passes = new Map();
  edges.forEach((edge, number) => {
    const from = column.get(edge.from), to = column.get(edge.to);
    if (from === undefined || Math.abs(from - to) < 2) return;
    const step = from > to ? -1 : 1, places = [];
    let before = edge.from;
    for (let i = from + step; i !== to; i += step) {
      const key = `${i} ${step} ${edge.to} ${edge.reference.to_columns[0]}`;
      if (!shared.has(key)) {
        shared.set(key, height.length);
        layers[i].push(height.length);
        near.push([]);
        height.push(PASS);
      }
      const place = shared.get(key);
      near[place].push(before);
      near[before].push(place);
      places.push(place);
      before = place;
    }
    near[before].push(edge.to);
    near[edge.to].push(before);
    passes.set(number, places);
  });
  return passes;
}

/* Set passes, which were put at the ends, where they want to be among the boxes of their columns. */
function sortPasses(layers, near, passesFrom) {
  if (layers.every((layer) => layer.every((node) => node < passesFrom))) return;
  const position = new Map(layers.flatMap((layer) => layer.map((node, i) => [node, (i + 0.5) / layer.length])));
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      for (const node of layer)
        if (node >= passesFrom) position.set(node, near[node].reduce((sum, other) => sum + position.get(other), 0) / near[node].length);
      layer.sort((a, b) => position.get(a) - position.get(b) || a - b);
    }
}

function placeGroup(members, rank, near, height, edges) {
  let layers = layersOf(members, rank);
  const passesFrom = height.length;
  untangle(layers, near);
  layers = breakTowers(layers, height);
  const passes = makePasses(layers, edges, near, height);
  sortPasses(layers, near, passesFrom);
  const x = {}, y = {};
  layers.forEach((layer, i) => {
    let top = 0;
    for (const node of layer) {
      x[node] = i * (WIDTH + GAP_X);
      y[node] = top;
      top += height[node] + gapBelow(height[node]);
    }
  });
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) pull(layer, near, y, height);
  const all = layers.flat(), top = Math.min(...all.map((node) => y[node]));
  for (const node of all) y[node] -= top;
  return {
    members, x, y, passes,
    width: layers.length * (WIDTH + GAP_X) - GAP_X,
    height: Math.max(...all.map((node) => y[node] + height[node])),
  };
}

/* Those that stand alone, in rows. */
function placeAlone(members, height) {
  const area = members.reduce((sum, node) => sum + (WIDTH + GAP_Y) * (height[node] + GAP_Y), 0);
  const columns = Math.max(1, Math.min(members.length, Math.round(Math.sqrt(area * ASPECT) / (WIDTH + GAP_Y))));
  const bottoms = new Array(columns).fill(0), x = {}, y = {};
  for (const node of members) {
    const column = bottoms.indexOf(Math.min(...bottoms));
    x[node] = column * (WIDTH + GAP_Y);
    y[node] = bottoms[column];
    bottoms[column] += height[node] + GAP_Y;
  }
  return { members, x, y, width: columns * (WIDTH + GAP_Y) - GAP_Y, height: Math.max(...bottoms) - GAP_Y };
}

function setSideBySide(groups) {
  const area = groups.reduce((sum, group) => sum + (group.width + GROUP_GAP) * (group.height + GROUP_GAP), 0);
  const widest = Math.max(...groups.map((group) => group.width)), line = Math.max(widest, Math.sqrt(area * ASPECT));
  let x = 0, y = 0, tallest = 0;
  for (const group of groups) {
    if (x > 0 && x + group.width > line) {
      x = 0;
      y += tallest + GROUP_GAP;
      tallest = 0;
    }
    group.left = x;
    group.top = y;
    x += group.width + GROUP_GAP;
    tallest = Math.max(tallest, group.height);
  }
}

/* ---- lines ---- */

function rowMiddle(box, column) {
  const row = box.rows.findIndex((entry) => entry.name === column);
  return box.y + (row < 0 ? HEAD / 2 : HEAD + ROW * row + ROW / 2);
}

/* By way of the places that it has in the columns between: straight there, and bent where there are no boxes. */
function lineThrough(from, to, y1, y2, places) {
  const toLeft = places[0].x < from.x, bend = (x1, a, x2, b) => `C${(x1 + x2) / 2} ${a} ${(x1 + x2) / 2} ${b} ${x2} ${b}`;
  let x = toLeft ? from.x : from.x + WIDTH, y = y1, path = `M${x} ${y1}`;
  for (const place of places) {
    const near = toLeft ? place.x + WIDTH : place.x, far = toLeft ? place.x : place.x + WIDTH, middle = place.y + PASS / 2;
    path += `${bend(x, y, near, middle)}H${far}`;
    x = far;
    y = middle;
  }
  return path + bend(x, y, toLeft ? to.x + WIDTH : to.x, y2);
}

/* From the side of one box to the side of another that looks at it. */
function lineBetween(from, to, reference, places) {
  const y1 = rowMiddle(from, reference.columns[0]), y2 = rowMiddle(to, reference.to_columns[0]);
  if (from === to) {
    const x = from.x + WIDTH;
    return `M${x} ${y1}C${x + 46} ${y1} ${x + 46} ${y2 - 8} ${x} ${y2 - 8}`;
  }
  const isLeft = to.x + WIDTH <= from.x, isRight = from.x + WIDTH <= to.x;
  const x1 = isRight ? from.x + WIDTH : isLeft ? from.x : from.x + WIDTH;
  const x2 = isRight ? to.x : isLeft ? to.x + WIDTH : to.x + WIDTH;
  if (places.length > 0) return lineThrough(from, to, y1, y2, places);
  const reach = isLeft || isRight ? Math.max(30, Math.abs(x2 - x1) / 2) : 60;
  const c1 = isLeft ? x1 - reach : x1 + reach, c2 = isRight ? x2 - reach : x2 + reach;
  return `M${x1} ${y1}C${c1} ${y1} ${c2} ${y2} ${x2} ${y2}`;
}

/* Where a line passes columns. */
function placesOf(groups, number) {
  const group = groups.find(({ passes }) => passes?.has(number));
  return group ? group.passes.get(number).map((place) => ({ x: group.left + group.x[place], y: group.top + group.y[place] })) : [];
}

/* ---- all of it ---- */

/* `tables` and `references` as the API gives them. Answers boxes ({table, rows, x, y, height}), lines ({reference, from,
   to, path}) and the size of it all. */
export function layout(tables, references, allColumns = false) {
  const place = new Map(tables.map((table, i) => [table.path, i]));
  const edges = references.map((reference) => ({ from: place.get(reference.from), to: place.get(reference.to), reference }))
    .filter((edge) => edge.from !== undefined && edge.to !== undefined);
  for (const { from, reference } of edges)
    for (const column of tables[from].columns) column.refers ||= reference.columns.includes(column.name);
  const rows = tables.map((table) => visibleColumns(table, allColumns));
  const height = tables.map((table, i) => boxHeight(table, rows[i]));
  const near = neighbours(tables.length, edges), rank = ranksOf(tables.length, edges);
  const groups = groupsOf(tables.length, near);
  const together = groups.filter((group) => group.length > 1).sort((a, b) => b.length - a.length)
    .map((group) => placeGroup(group, rank, near, height, edges));
  const alone = groups.filter((group) => group.length === 1).flat();
  if (alone.length > 0) together.push(placeAlone(alone, height));
  if (together.length === 0) return { boxes: [], lines: [], width: 0, height: 0 };
  setSideBySide(together);
  const boxes = new Array(tables.length);
  for (const group of together)
    for (const node of group.members)
      boxes[node] = { table: tables[node], rows: rows[node], x: group.left + group.x[node], y: group.top + group.y[node], height: height[node] };
  return {
    boxes,
    lines: edges.map(({ from, to, reference }, number) =>
      ({ reference, from, to, path: lineBetween(boxes[from], boxes[to], reference, placesOf(together, number)) })),
    width: Math.max(...boxes.map((box) => box.x + WIDTH)),
    height: Math.max(...boxes.map((box) => box.y + box.height)),
  };
}
