/** A collector's answers compared with the truth, and judged by what the mathematics allows. */
package io.dta.fattree.verify;
