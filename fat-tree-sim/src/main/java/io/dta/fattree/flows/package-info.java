/** Flows and their paths without packets, as many as one likes. */
package io.dta.fattree.flows;
