"""Shapes of incidents: each is played on the servers and services of the lab, and recorded as a labelled case."""

from lab.shapes import changes, demand, dependencies, releases
from lab.shapes.shape import Shape, Told

SHAPES = {shape.name: shape for shape in (*releases.SHAPES, *changes.SHAPES, *demand.SHAPES, *dependencies.SHAPES)}

__all__ = ["SHAPES", "Shape", "Told"]
