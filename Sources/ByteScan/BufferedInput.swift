/// A raw input and the bytes of it that were read ahead: for the magic number, and for the decoders.
final class BufferedInput {
    private static let capacity = 131_072

    private let raw: RawInput
    private let storage = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    private var position = 0
    private var end = 0

    init(_ raw: RawInput) {
        self.raw = raw
    }

    deinit {
        storage.deallocate()
    }

    var name: String { raw.name }

    /// What is read from now on is read, and was not only peeked at.
    func stopPeeking() { raw.stopPeeking() }

    /// The offset of the first unread byte in the raw stream.
    var offset: Int { raw.offset - (end - position) }

    /// The bytes read ahead. Valid until the next call of `fill`.
    var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[position..<end]) }

    /// Marks the first `count` unread bytes as read.
    func consume(_ count: Int) {
        position = min(position + count, end)
    }

    /// Reads ahead. Returns false at the end of the raw stream, or if the buffer is full of unread bytes.
    func fill() throws(ByteSourceError) -> Bool {
        if position == end {
            position = 0
            end = 0
        }
        let count = try raw.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
        end += count
        return count > 0
    }

    /// Returns unread bytes first, then reads without a detour through the buffer.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
        guard position < end else { return try raw.read(into: buffer) }
        let count = min(end - position, buffer.count)
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[position..<position + count]))
        consume(count)
        return count
    }
}
