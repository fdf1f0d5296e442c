/** Which switches a packet passes. */
package io.dta.fattree.routing;
