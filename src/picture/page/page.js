// Moves, marks and opens. The picture itself was drawn where the page was made.
'use strict';
(() => {
  const editor = typeof acquireVsCodeApi === 'function' ? acquireVsCodeApi() : undefined;
  const models = JSON.parse(document.getElementById('data').textContent);
  const svg = document.getElementById('picture');
  const card = document.getElementById('card');
  const nodes = [...svg.querySelectorAll('.node')];
  const edges = [...svg.querySelectorAll('.edge')];
  const readers = new Map();
  const read = new Map();
  const add = (map, key, value) => map.set(key, [...(map.get(key) ?? []), value]);
  for (const edge of edges) {
    add(readers, edge.dataset.from, edge.dataset.to);
    add(read, edge.dataset.to, edge.dataset.from);
  }
  if (!editor) {
    document.getElementById('help').textContent = 'click: open the file · drag and wheel: move';
  }

  // Moving: what is seen is a part of the plane.
  const [left, top, width, height] = svg.dataset.box.split(' ').map(Number);
  let view;
  const show = (next) => {
    view = next;
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${view.height}`);
  };
  const fit = (isWhole) => {
    const margin = 16;
    const wanted = { x: left - margin, y: top - margin, width: width + 2 * margin, height: height + 2 * margin };
    const needed = Math.max(wanted.width / svg.clientWidth, wanted.height / svg.clientHeight) || 1;
    // A picture that is small is not blown up; one that is large is seen whole, or else readable.
    const scale = Math.max(isWhole ? needed : Math.min(needed, 1.5), 0.85);
    const size = { width: svg.clientWidth * scale || wanted.width, height: svg.clientHeight * scale || wanted.height };
    const asked = svg.querySelector('.node.asked')?.getBBox();
    const middle = needed <= scale || !asked
      ? { x: wanted.x + wanted.width / 2, y: wanted.y + wanted.height / 2 }
      : { x: asked.x + asked.width / 2, y: asked.y + asked.height / 2 };
    show({ x: middle.x - size.width / 2, y: middle.y - size.height / 2, ...size });
  };
  const zoom = (factor, clientX, clientY) => {
    const box = svg.getBoundingClientRect();
    const x = view.x + ((clientX - box.left) / box.width) * view.width;
    const y = view.y + ((clientY - box.top) / box.height) * view.height;
    show({ x: x - (x - view.x) * factor, y: y - (y - view.y) * factor, width: view.width * factor, height: view.height * factor });
  };
  const move = (x, y) => {
    const scale = view.width / svg.clientWidth;
    show({ ...view, x: view.x - x * scale, y: view.y - y * scale });
  };
  svg.addEventListener('wheel', (event) => {
    event.preventDefault();
    if (event.shiftKey) {
      move(-event.deltaY, 0);
    } else {
      zoom(Math.exp(event.deltaY / 600), event.clientX, event.clientY);
    }
  }, { passive: false });
  let drag;
  svg.addEventListener('pointerdown', (event) => {
    drag = { x: event.clientX, y: event.clientY, far: 0 };
  });
  addEventListener('pointermove', (event) => {
    if (drag) {
      const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
      drag = { x: event.clientX, y: event.clientY, far: drag.far + Math.abs(x) + Math.abs(y) };
      svg.classList.add('moving');
      move(x, y);
    }
  });
  addEventListener('pointerup', () => {
    svg.classList.remove('moving');
    // The click that ends a drag is none.
    setTimeout(() => { drag = undefined; });
  });
  document.getElementById('fit').addEventListener('click', () => { fit(true); });
  addEventListener('resize', () => { fit(false); });

  // Marking: a model with all that is up- and downstream of it.
  const reach = (start, map, found) => {
    const queue = [start];
    while (queue.length) {
      for (const next of map.get(queue.pop()) ?? []) {
        if (!found.has(next)) {
          found.add(next);
          queue.push(next);
        }
      }
    }
  };
  const mark = (near) => {
    svg.classList.toggle('some', near !== undefined);
    for (const node of nodes) {
      node.classList.toggle('near', near?.has(node.dataset.at) ?? false);
    }
    for (const edge of edges) {
      edge.classList.toggle('near', (near?.has(edge.dataset.from) && near.has(edge.dataset.to)) ?? false);
    }
  };
  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const describe = (model) => {
    card.replaceChildren(element('b', model.name), element('small', `${model.project} · ${model.marks}`));
    const columns = element('ul', '');
    columns.append(...model.columns.slice(0, 40).map((column) => element('li', column)));
    if (model.columns.length > 40) {
      columns.append(element('li', `and ${model.columns.length - 40} more`));
    }
    card.append(columns);
    card.hidden = false;
  };
  const point = (node) => {
    const near = new Set([node.dataset.at]);
    reach(node.dataset.at, readers, near);
    reach(node.dataset.at, read, near);
    mark(near);
    describe(models[node.dataset.at]);
  };
  const leave = () => {
    card.hidden = true;
    search();
  };
  const input = document.getElementById('search');
  const search = () => {
    const wanted = input.value.trim().toLowerCase();
    const found = (node) => models[node.dataset.at].name.toLowerCase().includes(wanted);
    mark(wanted ? new Set(nodes.filter(found).map((node) => node.dataset.at)) : undefined);
  };
  input.addEventListener('input', search);

  // Opening.
  const open = (node, isAround) => {
    const model = models[node.dataset.at];
    if (editor) {
      editor.postMessage(isAround ? { around: model.id } : { open: model.id });
    } else if (model.href) {
      window.open(model.href);
    }
  };
  for (const node of nodes) {
    node.addEventListener('pointerenter', () => { if (!drag) { point(node); } });
    node.addEventListener('pointerleave', leave);
    node.addEventListener('focus', () => { point(node); });
    node.addEventListener('blur', leave);
    node.addEventListener('click', (event) => { if (!drag || drag.far < 5) { open(node, event.shiftKey); } });
    node.addEventListener('keydown', (event) => { if (event.key === 'Enter') { open(node, event.shiftKey); } });
  }
  fit(false);
})();
