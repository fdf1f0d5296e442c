/**
 * What a run leaves for people and scripts: a page without anything from elsewhere, CSV and JSON.
 */
package io.dta.fattree.page;
