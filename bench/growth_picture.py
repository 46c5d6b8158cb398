"""Curves of bench/growth.py as SVG: a panel for each series, seconds against size, both axes
logarithmic; a line for each stage and one for memory."""
import math

WIDTH, HEIGHT, LEFT, BOTTOM, GAP = 300, 220, 46, 34, 26
COLOURS = ["#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#8c564b"]


def decades(low, high):
    return range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)


class Panel:
    def __init__(self, x, y, xs, ys):
        self.x, self.y = x + LEFT, y
        self.width, self.height = WIDTH - LEFT, HEIGHT - BOTTOM
        self.x_range = math.log10(min(xs)), math.log10(max(xs))
        self.y_decades = decades(min(ys), max(ys))
        self.parts = []

    def place(self, x, y):
        low, high = self.x_range
        bottom, top = self.y_decades[0], self.y_decades[-1]
        right = (math.log10(x) - low) / (high - low or 1) * self.width
        up = (math.log10(y) - bottom) / (top - bottom or 1) * self.height
        return self.x + right, self.y + self.height - up

    def text(self, x, y, text, anchor="middle", colour="#333"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                          f'fill="{colour}">{text}</text>')

    def axes(self, name, xs):
        for power in self.y_decades:
            _, y = self.place(xs[0], 10.0 ** power)
            self.parts.append(f'<path d="M{self.x} {y:.1f}h{self.width}" stroke="#ddd"/>')
            self.text(self.x - 4, y + 3, f"{10.0 ** power:g}", "end")
        for x in xs:
            self.text(self.place(x, 10.0 ** self.y_decades[0])[0], self.y + self.height + 13,
                      f"{x:,}".replace(",000,000", "M").replace(",000", "k"))
        self.text(self.x + self.width / 2, self.y + self.height + 27, name)

    def line(self, points, colour):
        places = [self.place(x, y) for x, y in points if y > 0]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        self.parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        self.parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{colour}"/>'
                       for x, y in places]


def draw(series, stages):
    """The SVG's text. `series` is as growth.py writes it."""
    parts = []
    for i, one in enumerate(series):
        points = one["points"]
        xs = [point["x"] for point in points]
        lines = {stage: [(point["x"], point["seconds"][stage]) for point in points]
                 for stage in stages}
        lines["memory, GB"] = [(point["x"], point["memory_mb"] / 1000) for point in points]
        panel = Panel(i % 2 * (WIDTH + GAP) + 4, i // 2 * (HEIGHT + GAP) + 30, xs,
                      [y for line in lines.values() for _, y in line if y > 0])
        panel.axes(one["name"], xs)
        for colour, line in zip(COLOURS, lines.values()):
            panel.line(line, colour)
        parts += panel.parts
    legend = "".join(
        f'<text x="{50 + 110 * i}" y="16" fill="{colour}">{name}{", s" if i < len(stages) else ""}'
        "</text>" for i, (colour, name) in enumerate(zip(COLOURS, [*stages, "memory, GB"])))
    width, height = 2 * (WIDTH + GAP), (len(series) + 1) // 2 * (HEIGHT + GAP) + 36
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            'font-family="sans-serif" font-size="10">\n<rect width="100%" height="100%" '
            f'fill="white"/>\n{legend}\n' + "\n".join(parts) + "\n</svg>\n")
