"""How a neighbourhood hangs together, through time: the map, the drawing, the lists and the measures."""
