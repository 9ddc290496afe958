// What Streamlit calls with new data: one film for each place on the page.

import { Film } from "./film.js"

/** @import { Component } from "../console/types.js" */
/** @import { Root } from "../console/dom.js" */
/** @import { FilmData } from "./types.js" */

/** @type {WeakMap<Root, Film>} */
const films = new WeakMap()

/** @param {Component<FilmData>} component */
export default function ({ parentElement, data }) {
  const film = films.get(parentElement) ?? new Film(parentElement, data)
  films.set(parentElement, film)
  film.show(data)
}
