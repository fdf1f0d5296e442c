/*
 * What waits, in the order in which it began to: a doubly linked list a store, as the software's
 * AgeList. Nodes are indices of lists or of cache rows, 1 higher; 0 is no node. A data plane has no
 * clock: a packet that goes round at the rate of its queue looks at the oldest of each store.
 */
#ifndef DTA_AGES_P4
#define DTA_AGES_P4

/* Begins to wait, now. */
control Await(inout metadata_t meta, in bit<32> index)
             (register<bit<32>> oldest, register<bit<32>> newest, register<bit<32>> nexts,
              register<bit<32>> previous, register<bit<48>> since) {
    bit<32> last;
    apply {
        newest.read(last, (bit<32>)meta.store);
        previous.write(index, last);
        nexts.write(index, 0);
        if (last == 0) {
            oldest.write((bit<32>)meta.store, index + 1);
        } else {
            nexts.write(last - 1, index + 1);
        }
        newest.write((bit<32>)meta.store, index + 1);
        since.write(index, meta.now);
    }
}

/* Does not wait any more. */
control Leave(inout metadata_t meta, in bit<32> index)
             (register<bit<32>> oldest, register<bit<32>> newest, register<bit<32>> nexts,
              register<bit<32>> previous) {
    bit<32> before;
    bit<32> after;
    apply {
        previous.read(before, index);
        nexts.read(after, index);
        if (before == 0) {
            oldest.write((bit<32>)meta.store, after);
        } else {
            nexts.write(before - 1, after);
        }
        if (after == 0) {
            newest.write((bit<32>)meta.store, before);
        } else {
            previous.write(after - 1, before);
        }
    }
}

/* The one that waits longest, if that is long enough. */
control FindOldest(in metadata_t meta, in bit<48> longest, out bit<1> found, out bit<32> index)
                  (register<bit<32>> oldest, register<bit<48>> since) {
    bit<32> node;
    bit<48> opened;
    bit<48> age;
    apply {
        found = 0;
        index = 0;
        oldest.read(node, (bit<32>)meta.store);
        if (node != 0) {
            index = node - 1;
            since.read(opened, index);
            /* A packet that came after the tick may have been here before it. */
            age = meta.now - opened;
            if (age[47:47] == 0 && age >= longest) {
                found = 1;
            }
        }
    }
}

#endif
