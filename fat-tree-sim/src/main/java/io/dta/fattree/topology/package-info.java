/** The k-ary fat tree: switches, hosts, addresses and links. */
package io.dta.fattree.topology;
