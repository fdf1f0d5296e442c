/** The flows of a run, the same on every machine for a seed. */
package io.dta.fattree.traffic;
