/// Builds ring buffer pages as the kernel does, for both byte orders and both sizes of a long.
struct PageBuilder {
    let isBigEndian: Bool
    let longSize: Int
    let pageSize: Int
    private var data: [UInt8] = []
    private let time: UInt64

    init(time: UInt64, isBigEndian: Bool = false, longSize: Int = 8, pageSize: Int = 4_096) {
        self.time = time
        self.isBigEndian = isBigEndian
        self.longSize = longSize
        self.pageSize = pageSize
    }

    var room: Int { pageSize - 8 - longSize - data.count }

    func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }

    private func head(_ type: UInt32, _ delta: UInt32) -> [UInt8] {
        bytes(isBigEndian ? type << 27 | delta : delta << 5 | type)
    }

    /// An event with its length in its first word, or behind it.
    mutating func event(_ payload: [UInt8], delta: UInt32, isLong: Bool = false) {
        let padded = payload + [UInt8](repeating: 0, count: (4 - payload.count % 4) % 4)
        if isLong || padded.count > 112 || padded.isEmpty {
            data += head(0, delta) + bytes(UInt32(padded.count + 4)) + padded
        } else {
            data += head(UInt32(padded.count / 4), delta) + padded
        }
    }

    /// An event that was given up: of `count` bytes behind its first word.
    mutating func discarded(_ count: Int, delta: UInt32) {
        data += head(29, max(1, delta)) + bytes(UInt32(count)) + [UInt8](repeating: 0xEE, count: count - 4)
    }

    mutating func timeExtend(_ time: UInt64) {
        data += head(30, UInt32(time & 0x7FF_FFFF)) + bytes(UInt32(time >> 27))
    }

    mutating func timeStamp(_ time: UInt64) {
        data += head(31, UInt32(time & 0x7FF_FFFF)) + bytes(UInt32(truncatingIfNeeded: time >> 27))
    }

    /// The rest of the page is empty, though it counts.
    mutating func padding() {
        data += head(29, 0)
    }

    mutating func raw(_ bytes: [UInt8]) { data += bytes }

    /// The page. `lost` says that events before it are missing, and how many if that is known.
    func page(lost: Int?? = nil) -> [UInt8] {
        var commit = UInt64(data.count)
        var tail: [UInt8] = []
        if let lost {
            commit |= 1 << 31
            if let lost {
                commit |= 1 << 30
                tail = longSize == 8 ? bytes(UInt64(lost)) : bytes(UInt32(lost))
            }
        }
        var page = bytes(time) + (longSize == 8 ? bytes(commit) : bytes(UInt32(commit))) + data + tail
        page += [UInt8](repeating: 0, count: pageSize - page.count)
        return page
    }
}
