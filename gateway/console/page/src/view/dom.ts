/**
 * The element with this id.
 * @throws Error when index.html has no such element of this type: page and script do not belong together
 */
export function byId<Type extends Element = HTMLElement>(
  id: string,
  type: abstract new () => Type = HTMLElement as unknown as abstract new () => Type,
): Type {
  return checked(document.getElementById(id), `#${id}`, type);
}

/** The first element inside `parent` that the selector finds; throws as `byId` does. */
export function inside(parent: Element, selector: string): HTMLElement {
  return checked(parent.querySelector(selector), selector, HTMLElement);
}

function checked<Type extends Element>(found: Element | null, what: string, type: abstract new () => Type): Type {
  if (found instanceof type) return found;
  throw new Error(`index.html has no ${what} of type ${type.name}`);
}

/** Makes an element with classes and text. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  options: { readonly className?: string; readonly text?: string } = {},
  ...children: readonly Element[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (options.className !== undefined) element.className = options.className;
  if (options.text !== undefined) element.textContent = options.text;
  element.append(...children);
  return element;
}

/** Sets a text; what is there already costs nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Calls back once before the next paint, however often it is asked to; not at all while the page is hidden. */
export function beforePaint(paint: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      paint();
    });
  };
}
