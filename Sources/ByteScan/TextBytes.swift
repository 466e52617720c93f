/// The few things that readers of text ask of bytes. Positions outside are answered, never trapped on.
extension Span where Element == UInt8 {
    /// The byte at a position; 0 outside, which no text holds.
    @inlinable
    package func byte(_ position: Int) -> UInt8 {
        position >= 0 && position < count ? self[position] : 0
    }

    /// Moves over blanks and returns their number.
    @inlinable
    @discardableResult
    package func skipBlanks(_ position: inout Int) -> Int {
        let start = position
        while byte(position).isBlank { position += 1 }
        return position - start
    }

    /// Moves over decimal digits and returns their value; nil without digits or above UInt64.
    @inlinable
    package func number(_ position: inout Int) -> UInt64? {
        let start = position
        var value: UInt64 = 0
        var fits = true
        while byte(position).isDigit {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(self[position] - 0x30))
            value = sum
            if overflow || carry { fits = false }
            position += 1
        }
        return fits && position > start ? value : nil
    }
}

extension UInt8 {
    /// A decimal digit.
    @inlinable package var isDigit: Bool { self &- 0x30 < 10 }

    /// A blank or a tab.
    @inlinable package var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// The value of a hexadecimal digit.
    @inlinable
    package var hexadecimal: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
