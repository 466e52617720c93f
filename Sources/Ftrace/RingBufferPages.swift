/// Memory that may be used to decompress chunks: a file that claims more is refused.
final class ChunkMemory {
    private static let limit = 64 << 20
    private var used = 0

    func take(_ count: Int) -> Bool {
        guard count <= Self.limit - used else { return false }
        used += count
        return true
    }

    func give(_ count: Int) { used -= count }
}

/// The ring buffer pages of one CPU, one after the other, in bounded memory.
final class RingBufferPages {
    /// A page, valid until the next one is asked for.
    struct Page {
        var bytes: UnsafeRawBufferPointer
        /// Where it begins in the file; in a compressed trace, where it would begin if the CPU's data were not compressed.
        var offset: Int
        /// Where to look for it in the file.
        var storedOffset: Int
    }

    private let storage: TraceFileStorage
    private let pageSize: Int
    private let isBigEndian: Bool
    /// nil for plain pages.
    private let decompressor: TraceFileDecompressor?
    private let memory: ChunkMemory
    private let windowSize: Int

    private var window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    /// What of the window is filled, and what of that was given.
    private var filled = 0
    private var given = 0
    /// Where the window's bytes are: in the file, and in the data as if it were plain.
    private var storedOffset: Int
    private var offset: Int
    /// The next byte of the file to be read, and the end of the CPU's data.
    private var position: Int
    private let end: Int
    private var chunksLeft: UInt32?
    private(set) var damage = TraceFileDamage()

    init(
        _ storage: TraceFileStorage, _ buffer: TraceFileBuffer, _ cpu: TraceFileCPU, _ header: TraceFileHeader,
        memory: ChunkMemory, windowSize: Int
    ) {
        self.storage = storage
        self.memory = memory
        pageSize = buffer.pageSize
        isBigEndian = header.isBigEndian
        decompressor = buffer.isCompressed ? TraceFileDecompressor(header.compression) : nil
        end = min(cpu.end, storage.count)
        position = cpu.offset
        offset = cpu.offset
        storedOffset = cpu.offset
        self.windowSize = max(windowSize / pageSize, 1) * pageSize
        if cpu.end > storage.count {
            damage.append(
                TraceFileError(reason: .truncated(buffer.isCompressed ? .chunk : .page), offset: storage.count))
        }
    }

    deinit {
        release()
    }

    private func release() {
        if decompressor != nil { memory.give(window.count) }
        window.deallocate()
        window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    /// The next page; the last one of a file that was cut may be short. Nil at the end.
    func next() -> Page? {
        if given == filled {
            offset += filled
            given = 0
            filled = 0
            do throws(TraceFileError) {
                while filled == 0 {
                    guard decompressor == nil ? try fillPlain() : try fillChunk() else {
                        release()
                        return nil
                    }
                }
            } catch {
                damage.append(error)
                position = end
                chunksLeft = 0
                release()
                return nil
            }
        }
        let size = min(pageSize, filled - given)
        defer { given += size }
        return Page(
            bytes: UnsafeRawBufferPointer(rebasing: window[given..<given + size]), offset: offset + given,
            storedOffset: decompressor == nil ? storedOffset + given : storedOffset)
    }

    private func fillPlain() throws(TraceFileError) -> Bool {
        guard position < end else { return false }
        if window.isEmpty {
            window = .allocate(byteCount: min(windowSize, end - position), alignment: 16)
        }
        let wanted = min(window.count, end - position)
        filled = try storage.read(at: position, into: UnsafeMutableRawBufferPointer(rebasing: window[..<wanted]))
        storedOffset = position
        position += filled
        guard filled == wanted else { throw TraceFileError(reason: .truncated(.page), offset: position) }
        return true
    }

    /// Decompresses the next chunk. One that cannot be is passed over.
    private func fillChunk() throws(TraceFileError) -> Bool {
        if chunksLeft == nil {
            guard position < end else { return false }
            chunksLeft = try readInteger()
        }
        // The size of the data leaves out the number of chunks.
        guard let left = chunksLeft, left > 0 else { return false }
        chunksLeft = left - 1
        let start = position
        let stored = Int(try readInteger())
        let size = Int(try readInteger())
        guard stored <= storage.count - position else {
            throw TraceFileError(reason: .truncated(.chunk), offset: start)
        }
        let data = position
        position += stored
        storedOffset = start
        guard size > 0 else { return true }
        guard try resize(size) else {
            damage.append(damaged("\(size) bytes when decompressed", start))
            return true
        }
        let block = try storage.bytes(data..<data + stored)
        let target = UnsafeMutableRawBufferPointer(rebasing: window[..<size])
        guard let decompressor, block.withUnsafeBytes({ decompressor.decompress($0, into: target) }) else {
            damage.append(damaged("it cannot be decompressed to \(size) bytes", start))
            offset += size
            return true
        }
        filled = size
        return true
    }

    private func damaged(_ cause: String, _ offset: Int) -> TraceFileError {
        TraceFileError(reason: .damaged(.chunk, cause), offset: offset)
    }

    /// Has the window hold at least so many bytes. Returns false if that is too much.
    private func resize(_ size: Int) throws(TraceFileError) -> Bool {
        guard size > window.count else { return true }
        guard memory.take(size - window.count) else { return false }
        window.deallocate()
        window = .allocate(byteCount: size, alignment: 16)
        return true
    }

    private func readInteger() throws(TraceFileError) -> UInt32 {
        var value: UInt32 = 0
        let place = position
        let count = try withUnsafeMutableBytes(of: &value) { (buffer) throws(TraceFileError) in
            try storage.read(at: place, into: buffer)
        }
        guard count == 4 else { throw TraceFileError(reason: .truncated(.chunk), offset: place) }
        position += 4
        return isBigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }
}
