/** The order in which things happen. */
package io.dta.fattree.event;
