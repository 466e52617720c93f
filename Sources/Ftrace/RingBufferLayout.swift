/// Where the parts of a ring buffer page are, as the kernel's `events/header_page` says.
struct RingBufferLayout: Hashable, Sendable {
    /// The bytes of a page's header that this reader has room for.
    private static let largestHeader = 64

    var timeOffset = 0
    var commitOffset = 8
    var commitSize: Int
    var dataOffset: Int

    /// As every kernel since 2.6.30 has it.
    init(longSize: Int) {
        commitSize = longSize
        dataOffset = 8 + longSize
    }

    /// As the file has it. A field that is missing or cannot be is as usual.
    init(_ text: [UInt8], longSize: Int) {
        self.init(longSize: longSize)
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let field = EventFormatField(line: line) else { continue }
            switch field.name {
            case "timestamp" where field.size == 8: timeOffset = field.offset
            case "commit" where field.size == 4 || field.size == 8:
                commitOffset = field.offset
                commitSize = field.size
            case "data": dataOffset = field.offset
            default: break
            }
        }
        let header = 0...Self.largestHeader
        let isPossible =
            header.contains(timeOffset) && header.contains(commitOffset) && header.contains(dataOffset)
            && timeOffset + 8 <= dataOffset && commitOffset + commitSize <= dataOffset
        if !isPossible { self = RingBufferLayout(longSize: longSize) }
    }
}
