/// The arguments of lines about shadow variables.
extension Hole {
    /// Takes the bytes as an argument of `Event.shadow`.
    func fillShadow(_ bytes: ArraySlice<UInt8>, into event: inout Event) -> Bool {
        guard Self.isWord(bytes) || Self.isPaddedNull(bytes) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        var arguments = event.shadow ?? ShadowArguments()
        switch self {
        case .shadowObject: arguments.object = text
        case .shadowID: arguments.id = Self.hexadecimal(bytes)
        case .shadowSize: arguments.size = Self.hexadecimal(bytes)
        case .shadowFlags: arguments.flags = text
        case .constructor: arguments.constructor = text
        case .constructorData: arguments.constructorData = text
        case .destructor: arguments.destructor = text
        case .shadowData: arguments.data = text
        case .shadowContent: arguments.content = text
        default: return false
        }
        if self == .shadowID && arguments.id == nil || self == .shadowSize && arguments.size == nil { return false }
        event.shadow = arguments
        return true
    }

    /// True for NULL as `%p` printed it up to 5.1: `(null)`, with blanks before it up to the width of a pointer.
    static func isPaddedNull(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count <= 16 && bytes.drop { $0 == 0x20 }.elementsEqual("(null)".utf8)
    }

    /// The argument's text, or nil if the event does not have it.
    func shadowText(of event: Event) -> String? {
        switch self {
        case .shadowObject: event.shadow?.object
        case .shadowID: event.shadow?.id.map { String($0, radix: 16) }
        case .shadowSize: event.shadow?.size.map { String($0, radix: 16) }
        case .shadowFlags: event.shadow?.flags
        case .constructor: event.shadow?.constructor
        case .constructorData: event.shadow?.constructorData
        case .destructor: event.shadow?.destructor
        case .shadowData: event.shadow?.data
        case .shadowContent: event.shadow?.content
        default: nil
        }
    }

    /// The number that `%lx` and `%zx` print: lower-case digits without a sign.
    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> UInt64? {
        let isPlain = bytes.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        return isPlain ? UInt64(String(decoding: bytes, as: UTF8.self), radix: 16) : nil
    }
}
