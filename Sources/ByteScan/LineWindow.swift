/// A buffer over the part of a stream whose lines may still be needed.
///
///     kept lines   fresh lines    unfinished line   room        padding
///     ^ cursor     ^ fresh        ^ lineStart       ^ end       ^ capacity
///
/// 0 <= cursor <= fresh <= lineStart <= end <= capacity holds always. Each of cursor, fresh and lineStart is the
/// first byte of a line. All positions move when the window is read into.
struct LineWindow: ~Copyable {
    /// Bytes behind the capacity that may be read: the search for needles looks beyond its end, which may be one byte
    /// behind the capacity (see `finishLastLine`).
    private static let padding = NeedleTable.overread + 1

    /// The first line that was not passed yet; its number, and its offset in the stream.
    private(set) var cursor = 0
    private(set) var lineNumber = 1
    private(set) var offset = 0
    /// The first line that the last read has completed.
    private(set) var fresh = 0
    /// The line that has no newline yet.
    private(set) var lineStart = 0
    private(set) var bytesRead = 0

    private var end = 0
    private var capacity: Int
    private var storage: UnsafeMutablePointer<UInt8>
    private let chunkSize: Int
    /// A line is cut here: the maximum, and one byte that tells that it is longer.
    private let cutLength: Int
    private var cuts: [Cut] = []
    private var isSkipping = false

    /// Bytes that belong between two neighbouring bytes of the window.
    private struct Cut {
        var position: Int
        var skipped: Int
    }

    init(maximumLineLength: Int, chunkSize: Int) {
        self.chunkSize = max(1, chunkSize)
        cutLength = maximumLineLength + 1
        capacity = 2 * self.chunkSize
        storage = Self.allocate(capacity)
    }

    deinit {
        storage.deallocate()
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
        let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + padding)
        storage.initialize(repeating: 0, count: capacity + padding)
        return storage
    }

    /// The first byte of the window.
    var bytes: UnsafePointer<UInt8> { UnsafePointer(storage) }

    /// The lines that the last read has completed.
    var freshLines: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + fresh, count: lineStart - fresh)
    }
}

// MARK: - Filling

extension LineWindow {
    /// Appends what one read of the source gives. Returns the number of bytes read, 0 at the end.
    mutating func read(from source: inout ByteSource) throws(ByteSourceError) -> Int {
        fresh = lineStart
        makeRoom()
        // makeRoom leaves chunkSize bytes between end and capacity.
        let room = UnsafeMutableRawBufferPointer(start: storage + end, count: chunkSize)
        let count = try source.read(into: room)
        bytesRead += count
        append(count)
        return count
    }

    /// Ends the last line where the stream ends.
    mutating func finishLastLine() {
        fresh = lineStart
        guard lineStart < end else { return }
        // end may be capacity: then this is the first byte of the padding.
        storage[end] = newline
        end += 1
        lineStart = end
    }

    /// Moves the window's bytes to the front of the storage, if need be of a bigger one. The storage is at least twice
    /// as big as what is moved, so that a byte is moved a bounded number of times however small the reads are.
    private mutating func makeRoom() {
        guard capacity - end < chunkSize else { return }
        let used = end - cursor
        if capacity < 2 * used + chunkSize {
            capacity = 2 * (used + chunkSize)
            let bigger = Self.allocate(capacity)
            bigger.update(from: storage + cursor, count: used)
            storage.deallocate()
            storage = bigger
        } else {
            storage.update(from: storage + cursor, count: used)
        }
        for index in cuts.indices { cuts[index].position -= cursor }
        fresh -= cursor
        lineStart -= cursor
        end -= cursor
        cursor = 0
    }

    /// Takes over `count` bytes that were read to `end`.
    private mutating func append(_ count: Int) {
        var count = count
        if isSkipping { count = skip(count) }
        let new = end
        end += count
        if let last = lastNewline(in: bytes, from: new, to: end) { lineStart = last + 1 }
        guard end - lineStart > cutLength else { return }
        let cut = lineStart + cutLength
        cuts.append(Cut(position: cut, skipped: end - cut))
        end = cut
        isSkipping = true
    }

    /// Drops the new bytes up to the newline that ends the line that was cut. Returns how many stay.
    private mutating func skip(_ count: Int) -> Int {
        let found = firstNewline(in: bytes, from: end, to: end + count)
        let skipped = (found ?? end + count) - end
        cuts[cuts.count - 1].skipped += skipped
        guard found != nil else { return 0 }
        isSkipping = false
        storage.advanced(by: end).update(from: storage + end + skipped, count: count - skipped)
        return count - skipped
    }
}

// MARK: - Lines

extension LineWindow {
    /// The position of the newline that ends a complete line.
    func endOfLine(from position: Int) -> Int {
        firstNewline(in: bytes, from: position, to: lineStart) ?? lineStart
    }

    /// The start of the line that holds a position; `limit` is the start of that line or of one before.
    func startOfLine(at position: Int, notBefore limit: Int) -> Int {
        lastNewline(in: bytes, from: limit, to: position).map { $0 + 1 } ?? limit
    }

    /// The start of the `count`th line before the line that starts at a position, or of the cursor's if that comes later.
    func start(ofLines count: Int, before position: Int) -> Int {
        var start = position
        for _ in 0..<count where start > cursor {
            start = startOfLine(at: start - 1, notBefore: cursor)
        }
        return start
    }

    /// Moves the cursor behind the newline at `lineEnd`, which ends the cursor's line.
    mutating func pass(lineEnd: Int) {
        lineNumber += 1
        move(to: lineEnd + 1)
    }

    /// Moves the cursor to a later line.
    mutating func advance(to position: Int) {
        lineNumber += countNewlines(in: bytes, from: cursor, to: position)
        move(to: position)
    }

    private mutating func move(to position: Int) {
        offset += position - cursor
        cursor = position
        while let cut = cuts.first, cut.position < position {
            offset += cut.skipped
            cuts.removeFirst()
        }
    }
}
